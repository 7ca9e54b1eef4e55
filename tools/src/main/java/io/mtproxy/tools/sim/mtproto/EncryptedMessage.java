package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.tools.sim.mtproto.MessageKeys.Writer;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * One encrypted message, opened.
 *
 * @param digest SHA-256 behind the message key; its first four bytes are the quick acknowledgement
 */
record EncryptedMessage(long salt, long session, long id, int sequence, byte[] body, byte[] digest) {
    private static final int HEAD = 24; // auth_key_id and msg_key
    private static final int INNER_HEAD = 32; // salt, session, id, sequence, length
    private static final int MIN_PADDING = 12;

    /** Opens a whole packet. */
    static EncryptedMessage open(byte[] packet, AuthKey key, Writer writer) {
        // proxies may leave whole words of their padding behind the last block (wire-protocol 1.3)
        int length = (packet.length - HEAD) & -16;
        if (length < INNER_HEAD + MIN_PADDING) {
            throw new ProtocolException(Kind.MESSAGE, "encrypted packet of only " + packet.length + " bytes");
        }
        byte[] messageKey = Numbers.part(packet, 8, 16);
        MessageKeys keys = MessageKeys.derive(key.key(), messageKey, writer);
        byte[] plain = AesIge.decrypt(Numbers.part(packet, HEAD, length), keys.key(), keys.iv());
        byte[] digest = MessageKeys.digest(key.key(), plain, writer);
        if (!MessageDigest.isEqual(messageKey, Numbers.part(digest, 8, 16))) {
            throw new ProtocolException(Kind.MESSAGE, "the message key does not fit the message");
        }
        TlReader in = new TlReader(plain);
        return new EncryptedMessage(in.int64(), in.int64(), in.int64(), in.int32(), in.raw(in.int32()), digest);
    }

    /** Makes the whole packet. */
    static byte[] seal(AuthKey key, long salt, long session, long id, int sequence, byte[] body, Writer writer,
            SecureRandom random) {
        byte[] padding = new byte[MIN_PADDING + (-(INNER_HEAD + body.length + MIN_PADDING) & 15)];
        random.nextBytes(padding);
        byte[] plain = new TlWriter().int64(salt).int64(session).int64(id).int32(sequence).int32(body.length).raw(body)
                .raw(padding).toBytes();
        byte[] messageKey = Numbers.part(MessageKeys.digest(key.key(), plain, writer), 8, 16);
        MessageKeys keys = MessageKeys.derive(key.key(), messageKey, writer);
        byte[] encrypted = AesIge.encrypt(plain, keys.key(), keys.iv());
        return new TlWriter().int64(key.id()).raw(messageKey).raw(encrypted).toBytes();
    }

    /** The number that a quick acknowledgement carries: the top bit is always set. */
    int confirm() {
        return new TlReader(digest).int32() | 0x8000_0000;
    }
}
