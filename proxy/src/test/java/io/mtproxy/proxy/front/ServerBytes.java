package io.mtproxy.proxy.front;

import io.mtproxy.wire.faketls.ClientHello;
import io.mtproxy.wire.faketls.Tls;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/** What servers send, made byte by byte. */
final class ServerBytes {
    static final String RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
    private static final String RANDOM = "5a".repeat(32);
    static final String VERSIONS = "002b00020304";

    private ServerBytes() {}

    /** An extension with a share, big-endian hex. */
    static String share(int group) {
        int key = group == Tls.X25519_MLKEM768 ? 1088 + 32 : 32;
        return String.format("0033%04x%04x%04x%s", key + 4, group, key, "42".repeat(key));
    }

    /** A ServerHello record of TLS 1.3. */
    static byte[] hello(byte[] sessionId, int suite, String... extensions) {
        return hello(RANDOM, sessionId, suite, extensions);
    }

    static byte[] hello(String random, byte[] sessionId, int suite, String... extensions) {
        String all = String.join("", extensions);
        String rest = extensions.length == 0 ? "" : String.format("%04x%s", all.length() / 2, all);
        return record(22, message(2, "0303" + random + String.format("%02x", sessionId.length) + hex(sessionId)
                + String.format("%04x00", suite) + rest));
    }

    static byte[] message(int type, String body) {
        return unhex(String.format("%02x%06x%s", type, body.length() / 2, body));
    }

    static byte[] record(int type, byte[] content) {
        return join(unhex(String.format("%02x0303%04x", type, content.length)), content);
    }

    static byte[] changeCipherSpec() {
        return record(20, new byte[] {1});
    }

    /** Records of noise. */
    static byte[] encrypted(int... lengths) {
        byte[] all = new byte[0];
        for (int length : lengths) {
            byte[] content = new byte[length];
            Arrays.fill(content, (byte) 0x17);
            all = join(all, record(23, content));
        }
        return all;
    }

    /** The whole flight of an ordinary server, supported_versions first. */
    static byte[] flight(byte[] sessionId, int group, int... encrypted) {
        return join(hello(sessionId, 0x1301, VERSIONS, share(group)), changeCipherSpec(), encrypted(encrypted));
    }

    /** The flight for such a hello, with X25519MLKEM768 when it is offered. */
    static byte[] flightFor(byte[] clientHello, int... encrypted) {
        ClientHello hello = parsed(clientHello);
        return flight(sessionId(clientHello), hello.keyShareLength(Tls.X25519_MLKEM768) > 0
                ? Tls.X25519_MLKEM768
                : Tls.X25519, encrypted);
    }

    static ClientHello parsed(byte[] clientHello) {
        ClientHello hello = ClientHello.parse(clientHello, 0, clientHello.length);
        if (hello == null) {
            throw new AssertionError("not a ClientHello: " + hex(clientHello));
        }
        return hello;
    }

    static byte[] sessionId(byte[] clientHello) {
        ClientHello hello = parsed(clientHello);
        byte[] id = new byte[hello.sessionIdLength()];
        hello.copySessionId(id, 0);
        return id;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] unhex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
