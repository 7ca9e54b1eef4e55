// mtcute for node: the whole key exchange with the simulator's RSA key, then two encrypted queries.
import { readFileSync } from 'node:fs';
import { BaseTelegramClient, MemoryStorage, MtProxyTcpTransport } from '@mtcute/node';
import { addPublicKey, NodeCryptoProvider } from '@mtcute/node/utils.js';

export const forms = {
  plain: 'intermediate',
  dd: 'padded intermediate, 0 to 15 bytes of padding',
  ee: 'padded intermediate inside fake TLS',
};

export async function run({ host, port, secret, rsaFile }) {
  const crypto = new NodeCryptoProvider();
  await crypto.initialize();
  addPublicKey(crypto, readFileSync(rsaFile, 'latin1'));
  const dc = { id: 2, ipAddress: '127.0.0.1', port: 443 };
  const client = new BaseTelegramClient({
    apiId: 1,
    apiHash: '0123456789abcdef0123456789abcdef',
    crypto,
    storage: new MemoryStorage(),
    transport: new MtProxyTcpTransport({ host, port, secret }),
    defaultDcs: { main: dc, media: dc },
    logLevel: 1,
  });
  await client.connect();
  const config = await client.call({ _: 'help.getConfig' });
  const nearest = await client.call({ _: 'help.getNearestDc' });
  await client.destroy();
  return `key exchange with RSA_PAD, help.getConfig (${config.dcOptions.length} addresses), ` +
    `help.getNearestDc (${nearest.country})`;
}
