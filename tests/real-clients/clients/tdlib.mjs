// TDLib, the library behind most official clients. It knows Telegram's own keys only, so it cannot complete the key
// exchange with a simulator; pingProxy sends req_pq_multi through the proxy and waits for resPQ.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tdl from 'tdl';
import { getTdjson } from 'prebuilt-tdlib';

/** Leaving while its threads run makes it abort. */
export const endsItself = true;

export const forms = {
  plain: 'intermediate',
  dd: 'padded intermediate',
  ee: 'padded intermediate inside fake TLS',
};

export async function run({ host, port, secret }) {
  const home = mkdtempSync(join(tmpdir(), 'tdlib-'));
  try {
    tdl.configure({ tdjson: getTdjson(), verbosityLevel: 0, receiveTimeout: 0.2 });
    const client = tdl.createBareClient();
    const proxy = { _: 'proxy', server: host, port, type: { _: 'proxyTypeMtproto', secret } };
    const ready = client.invoke({
      _: 'setTdlibParameters', use_test_dc: false, database_directory: home, files_directory: home,
      api_id: 1, api_hash: '0123456789abcdef0123456789abcdef', system_language_code: 'en', device_model: 'test',
      application_version: '1.0',
    });
    // not awaited before: from its first connection on TDLib has to go to the proxy
    const added = client.invoke({ _: 'addProxy', proxy, enable: true });
    await ready;
    await added;
    const { seconds } = await client.invoke({ _: 'pingProxy', proxy });
    await client.close();
    return `pingProxy: req_pq_multi answered after ${(seconds * 1000).toFixed(1)} ms`;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
