package io.mtproxy.wire.faketls;

/** Numbers of TLS 1.3 and big-endian integers. Any thread. */
public final class Tls {
    /** Content types of records (RFC 8446, 5.1). */
    public static final int CHANGE_CIPHER_SPEC = 0x14;
    public static final int HANDSHAKE = 0x16;
    public static final int APPLICATION_DATA = 0x17;

    /** Bytes of a record's header: type, version, length. */
    public static final int HEADER = 5;
    /** The longest plaintext of a record (RFC 8446, 5.1). */
    public static final int MAX_PLAINTEXT = 16_384;
    /** The longest encrypted payload of a record (RFC 8446, 5.2). */
    public static final int MAX_CIPHERTEXT = MAX_PLAINTEXT + 256;

    /** Handshake types (RFC 8446, 4). */
    public static final int CLIENT_HELLO = 1;
    public static final int SERVER_HELLO = 2;
    /** Bytes of a handshake message's header: type and length. */
    public static final int HANDSHAKE_HEADER = 4;

    /** Versions: what records and hellos claim, and what supported_versions really negotiates (RFC 8446, 4.1.2, 4.2.1). */
    public static final int TLS_1_2 = 0x0303;
    public static final int TLS_1_3 = 0x0304;

    /** Where the random stands in a record that begins with a hello, and its length: headers, version, random. */
    public static final int RANDOM = HEADER + HANDSHAKE_HEADER + 2;
    public static final int RANDOM_LENGTH = 32;
    /** The longest legacy session id (RFC 8446, 4.1.2). */
    public static final int MAX_SESSION_ID = 32;

    /** Cipher suites (RFC 8446, B.4). */
    public static final int AES_128_GCM_SHA256 = 0x1301;
    public static final int AES_256_GCM_SHA384 = 0x1302;
    public static final int CHACHA20_POLY1305_SHA256 = 0x1303;

    /** Extensions (RFC 8446, 4.2; padding: RFC 7685). */
    public static final int SERVER_NAME = 0;
    public static final int SUPPORTED_GROUPS = 10;
    public static final int PADDING = 21;
    public static final int SUPPORTED_VERSIONS = 43;
    public static final int KEY_SHARE = 51;

    /** Groups (RFC 8446, 4.2.7; draft-ietf-tls-ecdhe-mlkem). */
    public static final int X25519 = 0x001d;
    public static final int X25519_MLKEM768 = 0x11ec;

    private static final byte[] CHANGE_CIPHER_SPEC_RECORD = {CHANGE_CIPHER_SPEC, 3, 3, 0, 1, 1};
    /** Bytes of the record that {@link #putChangeCipherSpec} writes. */
    public static final int CHANGE_CIPHER_SPEC_LENGTH = 6;

    private Tls() {}

    /** Whether a cipher suite, extension, group or version is one of the reserved 0x0a0a, 0x1a1a .. 0xfafa (RFC 8701). */
    public static boolean grease(int value) {
        return (value & 0x0f0f) == 0x0a0a && value >>> 8 == (value & 0xff);
    }

    /** Two bytes, the most significant first. */
    public static int uint16(byte[] b, int off) {
        return ((b[off] & 0xff) << 8) | (b[off + 1] & 0xff);
    }

    /** Writes two bytes; returns the offset behind them. */
    public static int putUint16(byte[] b, int off, int value) {
        b[off] = (byte) (value >>> 8);
        b[off + 1] = (byte) value;
        return off + 2;
    }

    /** Writes three bytes; returns the offset behind them. */
    static int putUint24(byte[] b, int off, int value) {
        b[off] = (byte) (value >>> 16);
        return putUint16(b, off + 1, value);
    }

    /** Writes a record's header with version 0x0303; returns the offset behind it. */
    public static int putHeader(byte[] b, int off, int type, int length) {
        b[off] = (byte) type;
        putUint16(b, off + 1, TLS_1_2);
        return putUint16(b, off + 3, length);
    }

    /** Writes the record {@code 14 03 03 00 01 01} (RFC 8446, D.4); returns the offset behind it. */
    public static int putChangeCipherSpec(byte[] b, int off) {
        System.arraycopy(CHANGE_CIPHER_SPEC_RECORD, 0, b, off, CHANGE_CIPHER_SPEC_LENGTH);
        return off + CHANGE_CIPHER_SPEC_LENGTH;
    }

    /** The byte at {@code index} of that record. */
    static byte changeCipherSpec(int index) {
        return CHANGE_CIPHER_SPEC_RECORD[index];
    }
}
