// One client in a process of its own: node client.mjs NAME '{"host":...,"port":...,"secret":...,"form":...,...}'
const [name, settings] = process.argv.slice(2);
try {
  const client = await import(`./clients/${name}.mjs`);
  console.log(JSON.stringify({ detail: await client.run(JSON.parse(settings)) }));
  if (!client.endsItself) {
    process.exit(0); // timers of the others may still run
  }
} catch (e) {
  console.error(e);
  process.exit(1);
}
