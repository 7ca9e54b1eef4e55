package io.mtproxy.proxy.front;

import io.mtproxy.wire.faketls.Tls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * The ServerHello of a TLS 1.3 site, RFC 8446 4.1.3.
 *
 * @param length     bytes, handshake header included
 * @param extensions types, in their order: key_share and supported_versions
 */
record ServerHello(int length, int cipherSuite, int group, List<Integer> extensions) {
    /** The value of ServerHello.random that makes it a HelloRetryRequest, RFC 8446 4.1.3. */
    private static final byte[] RETRY = HexFormat.of()
            .parseHex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
    private static final int RANDOM = Tls.HANDSHAKE_HEADER + 2;
    private static final int SESSION_ID = RANDOM + Tls.RANDOM_LENGTH;
    /** Group, length and key. */
    private static final int X25519_SHARE = 4 + 32;
    private static final int HYBRID_SHARE = 4 + 1088 + 32;

    ServerHello {
        extensions = List.copyOf(extensions);
    }

    /**
     * Reads a whole handshake message.
     *
     * @param sessionId what our hello had
     * @throws ProbeFailure when it is not what a TLS 1.3 server answers, with C's words where C has some
     */
    static ServerHello parse(byte[] b, byte[] sessionId, String domain) throws ProbeFailure {
        if (b.length <= SESSION_ID) {
            throw bad("Receive too short ServerHello");
        }
        if (Tls.uint16(b, Tls.HANDSHAKE_HEADER) != Tls.TLS_1_2) {
            throw bad("Non-TLS response 3");
        }
        if (Arrays.equals(b, RANDOM, SESSION_ID, RETRY, 0, RETRY.length)) {
            throw bad("TLS 1.3 servers returning HelloRetryRequest are not supprted");
        }
        int suite = SESSION_ID + 1 + (b[SESSION_ID] & 0xff);
        List<Entry> entries = entries(b, suite + 3);
        if (entries.stream().noneMatch(entry -> entry.tls13(b))) {
            throw new ProbeFailure("Not found TLS 1.3 support on domain " + domain);
        }
        if (!Arrays.equals(b, SESSION_ID + 1, suite, sessionId, 0, sessionId.length)) {
            throw bad("TLS <= 1.2: expected mirrored session_id");
        }
        return of(b, suite, entries);
    }

    private static ServerHello of(byte[] b, int suite, List<Entry> entries) throws ProbeFailure {
        int group = 0;
        for (Entry entry : entries) {
            if (entry.type() == Tls.KEY_SHARE && entry.length() > 4) {
                group = Tls.uint16(b, entry.at());
                check(entry.length() == shareLength(group), "Unexpected extension length");
            } else {
                check(entry.tls13(b), "Receive unexpected extension");
            }
        }
        check(entries.size() == 2 && group != 0, "Receive duplicate extensions");
        int cipherSuite = Tls.uint16(b, suite);
        check(cipherSuite >= Tls.AES_128_GCM_SHA256 && cipherSuite <= Tls.CHACHA20_POLY1305_SHA256,
                "TLS <= 1.2: expected x25519 as a chosen cipher");
        return new ServerHello(b.length, cipherSuite, group, entries.stream().map(Entry::type).toList());
    }

    /** Only what we have offered. */
    private static int shareLength(int group) {
        return switch (group) {
            case Tls.X25519 -> X25519_SHARE;
            case Tls.X25519_MLKEM768 -> HYBRID_SHARE;
            default -> -1;
        };
    }

    private static List<Entry> entries(byte[] b, int off) throws ProbeFailure {
        List<Entry> entries = new ArrayList<>();
        if (b.length == off) {
            return entries; // none at all: possible before TLS 1.3
        }
        check(b.length >= off + 2, "Receive too short server hello 2");
        check(Tls.uint16(b, off) == b.length - off - 2, "Receive wrong extensions length");
        for (int at = off + 2; at < b.length; at += entries.getLast().length()) {
            check(at + 4 <= b.length && at + 4 + Tls.uint16(b, at + 2) <= b.length, "Receive wrong extension length");
            entries.add(new Entry(Tls.uint16(b, at), at + 4, Tls.uint16(b, at + 2)));
            at += 4;
        }
        return entries;
    }

    /** An extension: where its content stands. */
    private record Entry(int type, int at, int length) {
        boolean tls13(byte[] b) {
            return type == Tls.SUPPORTED_VERSIONS && length == 2 && Tls.uint16(b, at) == Tls.TLS_1_3;
        }
    }

    private static void check(boolean condition, String otherwise) throws ProbeFailure {
        if (!condition) {
            throw bad(otherwise);
        }
    }

    static ProbeFailure bad(String reason) {
        return new ProbeFailure("Failed to parse upstream TLS response: " + reason);
    }
}
