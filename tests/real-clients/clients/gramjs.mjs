// GramJS: the whole key exchange with the simulator's RSA key, then two encrypted queries. It knows no fake TLS.
import { createPublicKey, randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const bigInt = require('big-integer');
const { Api, Logger, TelegramClient } = require('telegram');
const { _serverKeys } = require('telegram/crypto/RSA');
const { PacketCodec } = require('telegram/network/connection/Connection');
const { TCPMTProxy } = require('telegram/network/connection/TCPMTProxy');
const { StringSession } = require('telegram/sessions');

export const forms = {
  plain: 'abridged',
  dd: 'padded intermediate (GramJS has abridged only; the codec is ours)',
  'dd-abridged': 'abridged, as GramJS does it with a dd secret',
};

class PaddedCodec extends PacketCodec {
  static obfuscateTag = Buffer.from('dddddddd', 'hex');

  obfuscateTag = PaddedCodec.obfuscateTag;

  encodePacket(data) {
    const padding = randomBytes(randomInt(4));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length + padding.length);
    return Buffer.concat([length, data, padding]);
  }

  async readPacket(reader) {
    const length = (await reader.read(4)).readUInt32LE();
    const packet = await reader.read(length);
    return packet.subarray(0, length & ~3);
  }
}

class PaddedConnection extends TCPMTProxy {
  PacketCodecClass = PaddedCodec;
}

function addPublicKey(pem, fingerprint) {
  const { n, e } = createPublicKey(pem).export({ format: 'jwk' });
  const number = (text) => bigInt(Buffer.from(text, 'base64url').toString('hex'), 16);
  const signed = BigInt.asIntN(64, BigInt(`0x${fingerprint}`)).toString();
  _serverKeys.set(signed, { n: number(n), e: number(e).toJSNumber() });
}

export async function run({ host, port, secret, rsaFile, rsaFingerprint, form }) {
  addPublicKey(readFileSync(rsaFile, 'latin1'), rsaFingerprint);
  const session = new StringSession('');
  session.setDC(2, '127.0.0.1', 443);
  const client = new TelegramClient(session, 1, '0123456789abcdef0123456789abcdef', {
    baseLogger: new Logger('none'),
    connectionRetries: 2,
    proxy: { ip: host, port, secret, MTProxy: true },
  });
  if (form === 'dd') {
    client._connection = PaddedConnection;
  }
  await client.connect();
  const config = await client.invoke(new Api.help.GetConfig());
  const nearest = await client.invoke(new Api.help.GetNearestDc());
  await client.destroy();
  return `key exchange with RSA_PAD, help.getConfig (${config.dcOptions.length} addresses), ` +
    `help.getNearestDc (${nearest.country})`;
}
