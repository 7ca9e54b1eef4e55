package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.wire.crypto.Digests;

/**
 * AES key and iv of one encrypted message, MTProto 2.0 (core.telegram.org/mtproto/description, "Defining AES key and
 * initialization vector").
 *
 * @param key 32 bytes
 * @param iv 32 bytes
 */
record MessageKeys(byte[] key, byte[] iv) {
    /** Who wrote the message decides which part of the authorization key is used. */
    enum Writer {
        CLIENT(0),
        SERVER(8);

        private final int x;

        Writer(int x) {
            this.x = x;
        }
    }

    /** SHA-256 of which bytes 8 to 23 are the message key; the plaintext includes the padding. */
    static byte[] digest(byte[] authKey, byte[] plaintext, Writer writer) {
        return Digests.sha256(Numbers.part(authKey, 88 + writer.x, 32), plaintext);
    }

    static MessageKeys derive(byte[] authKey, byte[] messageKey, Writer writer) {
        byte[] a = Digests.sha256(messageKey, Numbers.part(authKey, writer.x, 36));
        byte[] b = Digests.sha256(Numbers.part(authKey, 40 + writer.x, 36), messageKey);
        return new MessageKeys(mix(a, b), mix(b, a));
    }

    private static byte[] mix(byte[] outer, byte[] inner) {
        return Numbers.join(Numbers.part(outer, 0, 8), Numbers.part(inner, 8, 16), Numbers.part(outer, 24, 8));
    }
}
