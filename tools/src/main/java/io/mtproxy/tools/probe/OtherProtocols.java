package io.mtproxy.tools.probe;

import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Whatever is not TLS. */
final class OtherProtocols {

    private OtherProtocols() {}

    static List<Probe> texts() {
        return List.of(
                Probe.sending("http-get", m -> http("GET / HTTP/1.1", m, "")),
                Probe.sending("http10-get", m -> Material.ascii("GET / HTTP/1.0\r\n\r\n")),
                Probe.sending("http-head", m -> http("HEAD / HTTP/1.1", m, "")),
                Probe.sending("http-options", m -> http("OPTIONS * HTTP/1.1", m, "")),
                Probe.sending("http-post", m -> http("POST /api HTTP/1.1", m, "0123456789")),
                Probe.sending("http-connect", m -> http("CONNECT example.com:443 HTTP/1.1", m, "")),
                Probe.sending("http2-preface", m -> HelloEdit.join(Material.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                        new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0})),
                Probe.sending("ssh-banner", m -> Material.ascii("SSH-2.0-OpenSSH_9.2p1\r\n")),
                Probe.closing("smtp-fin", m -> Material.ascii("EHLO probe.example\r\n")),
                Probe.closing("line-fin", m -> Material.ascii("hello?\r\n")));
    }

    static List<Probe> binaries() {
        return List.of(
                Probe.closing("socks5-fin", m -> HexFormat.of().parseHex("050100")),
                Probe.closing("rdp-fin", m -> HexFormat.of().parseHex("030000130ee000000000000100080003000000")),
                Probe.sending("openvpn", m -> HelloEdit.join(HexFormat.of().parseHex("000e38"), m.bytes(8),
                        new byte[5])),
                Probe.sending("obfuscated-padded", m -> header(m, Transport.PADDED)),
                Probe.sending("obfuscated-abridged", m -> header(m, Transport.ABRIDGED)),
                Probe.closing("zero-fin", m -> new byte[] {0}),
                Probe.closing("0x80-fin", m -> new byte[] {(byte) 0x80}),
                Probe.sending("zeros-1024", m -> new byte[1024]),
                new Probe("silence", m -> List.of()),
                new Probe("fin", m -> List.of(new Step.HalfClose())),
                new Probe("rst", m -> List.of(new Step.Reset())));
    }

    static List<Probe> noises() {
        List<Probe> noises = new ArrayList<>();
        for (int size : new int[] {1, 3, 5, 17, 64, 107, 257, 1024, 4099, 16_384}) {
            noises.add(Probe.closing("noise-" + size + "-fin", m -> noise(m, size)));
        }
        noises.add(Probe.sending("noise-64", m -> noise(m, 64)));
        noises.add(Probe.sending("noise-300", m -> noise(m, 300)));
        return noises;
    }

    /** Never by chance the start of a record; of every other size one that could be a hello of SSLv2. */
    private static byte[] noise(Material m, int size) {
        return HelloEdit.with(m.bytes(size), 0,
                (Integer.bitCount(size) % 2 == 0 ? 0xc0 : 0x20) + m.random().nextInt(32));
    }

    private static byte[] http(String line, Material m, String body) {
        return Material.ascii(line + "\r\nHost: " + m.domain() + "\r\nUser-Agent: probe\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }

    /** A client of the proxy that does not hide; without the secret one of another proxy. */
    private static byte[] header(Material m, Transport transport) {
        byte[] secret = m.secret();
        return HelloEdit.join(ObfuscatedHeader.create(transport, 2, secret == null ? m.bytes(16) : secret, m.random())
                .bytes(), m.bytes(80));
    }
}
