// Starts a simulated Telegram and the proxy, lets each client do its part in a process of its own, tells the result.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { randomBytes } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { domain, startSite } from './site.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const bin = join(here, '..', '..', 'bin');
const proxyBin = process.env.MTPROXY_BIN ?? join(bin, 'mtproto-proxy');
const ctlBin = process.env.MTPROXYCTL_BIN ?? join(bin, 'mtproxyctl');

const START_LIMIT = 240_000; // the launcher builds a fresh clone
const LINK_LIMIT = 120_000;
const CLIENT_LIMIT = 120_000;
const STOP_LIMIT = 10_000;
const POLL = 50;

const home = mkdtempSync(join(tmpdir(), 'real-clients-'));
const secret = randomBytes(16).toString('hex');
const running = [];

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

function limited(promise, ms, what) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms / 1000} s`)), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** A process whose last words are kept. */
function start(command, args, env = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  child.words = '';
  const keep = (chunk) => { child.words = (child.words + chunk).slice(-4000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.ended = once(child, 'close').then(([code, signal]) => signal ?? code, (e) => e.message);
  return child;
}

/** One that has to go on running: its end is an error for whoever waits for it. */
function daemon(command, args, env) {
  const child = start(command, args, env);
  child.failed = child.ended.then((how) => { throw new Error(`${command} ended (${how}):\n${child.words}`); });
  child.failed.catch(() => {});
  running.push(child);
  return child;
}

async function stop(child) {
  child.kill('SIGTERM');
  await limited(child.ended, STOP_LIMIT, 'stop').catch(() => child.kill('SIGKILL'));
}

/** From below the range that the kernel gives to outgoing connections, so that none of those takes it meanwhile. */
async function freePort(tries = 100) {
  const port = 10_000 + Math.floor(Math.random() * 22_000);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (e) {
    if (tries > 1) {
      return freePort(tries - 1);
    }
    throw e;
  }
  server.close();
  await once(server, 'close');
  return port;
}

async function startTelegram() {
  const telegram = daemon(ctlBin, ['simulate', '--dir', home, '--listen', '127.0.0.1:0', '--data-centre']);
  const line = once(createInterface({ input: telegram.stdout }), 'line');
  const [description] = await limited(Promise.race([line, telegram.failed]), START_LIMIT, 'simulated Telegram');
  return JSON.parse(description);
}

function stats(port) {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/stats', timeout: 1000 }, (response) => {
      let body = '';
      response.on('data', (chunk) => { body += chunk; });
      response.on('end', () => resolve(body));
    }).on('error', () => resolve('')).on('timeout', function timedOut() { this.destroy(); });
  });
}

/** The options that lead a proxy to Telegram, and how its statistics say that it has got there. */
const ways = {
  middle: {
    options: (telegram) => ['--aes-pwd', telegram.secretFile, telegram.configFile],
    ready: /^ready_targets\t[1-9]/m,
  },
  direct: { options: (telegram) => telegram.directOptions, ready: /^ready_targets\t/m },
};

async function startProxy(telegram, way, args = [], env = {}) {
  const [port, statsPort] = [await freePort(), await freePort()];
  const proxy = daemon(proxyBin, ['-u', userInfo().username, '-p', statsPort, '-H', port, '-S', secret,
    '-c', '1000', '--http-stats', ...args, ...way.options(telegram)], env);
  let waiting = true;
  const ready = async () => {
    while (waiting && !way.ready.test(await stats(statsPort))) {
      await pause(POLL);
    }
  };
  try {
    await limited(Promise.race([ready(), proxy.failed]), LINK_LIMIT, 'a link from the proxy to Telegram');
  } finally {
    waiting = false;
  }
  return port;
}

/** One that hides behind a site: whoever does not hide in TLS gets to that. */
async function startHiddenProxy(telegram, way, sitePort) {
  return startProxy(telegram, way, ['-D', domain],
    { MTPROXY_JVM_FLAGS: `-Dmtproxy.site.port=${sitePort}`, STATE_DIRECTORY: join(home, 'state') });
}

async function runClient(name, form, settings) {
  const child = start(process.execPath, [join(here, 'client.mjs'), name, JSON.stringify({ ...settings, form })]);
  let result = '';
  createInterface({ input: child.stdout }).on('line', (line) => { result = line; });
  try {
    const ended = Promise.race([child.ended, ...running.map((other) => other.failed)]);
    const how = await limited(ended, CLIENT_LIMIT, 'answer');
    return how === 0 ? { passed: true, detail: JSON.parse(result).detail } : { passed: false, detail: child.words };
  } catch (e) {
    child.kill('SIGKILL');
    return { passed: false, detail: `${e.message}\n${child.words}` };
  }
}

function secretOf(form) {
  switch (form) {
    case 'plain': return secret;
    case 'ee': return `ee${secret}${Buffer.from(domain).toString('hex')}`;
    default: return `dd${secret}`;
  }
}

/** Each client with each form of the secret; returns how many failed. */
async function runClients(label, telegram, plain, hidden) {
  const { rsaFile, rsaFingerprint } = telegram;
  let failed = 0;
  for (const name of ['tdlib', 'mtcute', 'gramjs']) {
    const { forms } = await import(`./clients/${name}.mjs`);
    for (const [form, transport] of Object.entries(forms)) {
      const clientSecret = secretOf(form);
      const port = form === 'ee' ? hidden : plain;
      const settings = { host: '127.0.0.1', port, secret: clientSecret, rsaFile, rsaFingerprint };
      const { passed, detail } = await runClient(name, form, settings);
      console.log(`${passed ? 'ok    ' : 'FAILED'} ${label}${name.padEnd(7)} ${form.padEnd(12)} ${transport}: ${detail}`);
      failed += passed ? 0 : 1;
    }
  }
  return failed;
}

async function runAll() {
  const telegram = await startTelegram();
  const sitePort = await freePort();
  const site = await startSite(home, sitePort);
  site?.unref();
  let failed = 0;
  for (const name of (process.env.MTPROXY_WAYS ?? 'middle direct').split(' ')) {
    const way = ways[name];
    const plain = await startProxy(telegram, way);
    const hidden = await startHiddenProxy(telegram, way, sitePort);
    failed += await runClients(name === 'middle' ? '' : `${name} `, telegram, plain, hidden);
  }
  return failed === 0;
}

async function cleanUp() {
  await Promise.all(running.map(stop));
  rmSync(home, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => cleanUp().finally(() => process.exit(1)));
}
let passed = false;
try {
  passed = await runAll();
} catch (e) {
  console.log(`FAILED ${e.message}`);
}
await cleanUp();
process.exit(passed ? 0 : 1);
