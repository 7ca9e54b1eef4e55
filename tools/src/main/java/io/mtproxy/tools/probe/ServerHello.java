package io.mtproxy.tools.probe;

import io.mtproxy.wire.crypto.Digests;
import io.mtproxy.wire.faketls.Tls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a fingerprint is made of.
 *
 * @param length bytes of the message without its header
 * @param retry whether it is a HelloRetryRequest (RFC 8446, 4.1.3)
 * @param version as negotiated: of supported_versions, or the legacy one
 * @param suite the chosen cipher suite
 * @param group that of the key share, 0 without one
 * @param extensions types in their order
 */
record ServerHello(int length, boolean retry, int version, int suite, int group, List<Integer> extensions) {

    /** SHA-256 of "HelloRetryRequest" stands for the random of one. */
    private static final byte[] RETRY = Digests.sha256("HelloRetryRequest".getBytes(StandardCharsets.US_ASCII));

    ServerHello {
        extensions = List.copyOf(extensions);
    }

    /** Reads a message; of a malformed one as much as there is. */
    static ServerHello read(byte[] b, int off, int length) {
        int end = off + length;
        int random = off + 2;
        int session = random + Tls.RANDOM_LENGTH;
        if (session >= end) {
            return new ServerHello(length, false, 0, 0, 0, List.of());
        }
        boolean retry = Arrays.equals(b, random, session, RETRY, 0, RETRY.length);
        int suite = session + 1 + (b[session] & 0xff);
        int version = Tls.uint16(b, off);
        int group = 0;
        List<Integer> types = new ArrayList<>();
        int at = suite + 2 + 1 + 2;
        while (at + 4 <= end) {
            int type = Tls.uint16(b, at);
            int value = at + 4;
            at = value + Tls.uint16(b, at + 2);
            types.add(type);
            if (at <= end && at - value >= 2) {
                version = type == Tls.SUPPORTED_VERSIONS ? Tls.uint16(b, value) : version;
                group = type == Tls.KEY_SHARE ? Tls.uint16(b, value) : group;
            }
        }
        return new ServerHello(length, retry, version, suite + 2 <= end ? Tls.uint16(b, suite) : 0, group, types);
    }

    /** All of it in a few characters. */
    String words() {
        return "%s.%d{%04x,%04x,%s%s}".formatted(retry ? "retry" : "hello", length, version, suite,
                extensions.stream().map("%04x"::formatted).collect(Collectors.joining("-")),
                group == 0 ? "" : ",group %04x".formatted(group));
    }

    /** MD5 over the legacy version, suite and extensions in decimal (salesforce/ja3). */
    String ja3s() {
        String text = "771," + suite + ","
                + extensions.stream().map(String::valueOf).collect(Collectors.joining("-"));
        return HexFormat.of().formatHex(Digests.md5(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** As FoxIO has it: version, number of extensions, no ALPN in clear; suite; SHA-256 of the extensions in their order. */
    String ja4s() {
        String types = extensions.stream().map("%04x"::formatted).collect(Collectors.joining(","));
        String hash = HexFormat.of().formatHex(Digests.sha256(types.getBytes(StandardCharsets.US_ASCII))).substring(0,
                12);
        return "t%s%02d00_%04x_%s".formatted(version == Tls.TLS_1_3 ? "13" : "12", extensions.size(), suite,
                extensions.isEmpty() ? "000000000000" : hash);
    }
}
