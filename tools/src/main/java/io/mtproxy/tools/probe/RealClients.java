package io.mtproxy.tools.probe;

import java.util.List;

/** Whole handshakes by a real TLS client. */
final class RealClients {

    private static final String TLS12 = "TLSv1.2";
    private static final String TLS13 = "TLSv1.3";

    private RealClients() {}

    static List<Probe> all() {
        return List.of(
                new Probe("tls13-get", m -> visit(m, TLS13, get(m))),
                new Probe("tls12-get", m -> visit(m, TLS12, get(m))),
                new Probe("tls13-alpn-get", m -> List.of(
                        new Step.Tls(TLS13, m.domain(), List.of("http/1.1"), List.of(get(m)), true))),
                new Probe("tls13-alpn-unknown", m -> List.of(
                        new Step.Tls(TLS13, m.domain(), List.of("probe/9"), List.of(get(m)), true))),
                new Probe("tls13-no-sni", m -> List.of(new Step.Tls(TLS13, "", List.of(), List.of(get(m)), true))),
                new Probe("tls13-other-sni",
                        m -> List.of(new Step.Tls(TLS13, "other.example", List.of(), List.of(get(m)), true))),
                new Probe("tls12-no-sni", m -> List.of(new Step.Tls(TLS12, "", List.of(), List.of(get(m)), true))),
                new Probe("tls13-post", m -> visit(m, TLS13, post(m))),
                new Probe("tls13-not-found", m -> visit(m, TLS13, request("GET /" + "x".repeat(300), m, ""))),
                new Probe("tls13-bad-request", m -> visit(m, TLS13, Material.ascii("\1\2\3\r\n\r\n"))),
                new Probe("tls13-two-gets", m -> List.of(new Step.Tls(TLS13, m.domain(), List.of(),
                        List.of(Material.ascii("GET / HTTP/1.1\r\nHost: " + m.domain() + "\r\n\r\n"), get(m)), true))),
                new Probe("tls13-fin", m -> List.of(leave(m, TLS13), new Step.HalfClose())),
                new Probe("tls12-fin", m -> List.of(leave(m, TLS12), new Step.HalfClose())),
                new Probe("tls13-rst", m -> List.of(leave(m, TLS13), new Step.AwaitAnswer(), new Step.Reset())),
                new Probe("tls13-noise", m -> List.of(leave(m, TLS13), new Step.AwaitAnswer(),
                        new Step.Send(m.bytes(500)))),
                new Probe("tls13-bad-record", m -> List.of(leave(m, TLS13), new Step.AwaitAnswer(),
                        new Step.Send(HelloEdit.record(23, 0x303, m.bytes(70))))),
                new Probe("tls12-noise", m -> List.of(leave(m, TLS12), new Step.AwaitAnswer(),
                        new Step.Send(m.bytes(500)))),
                new Probe("tls12-bad-record", m -> List.of(leave(m, TLS12), new Step.AwaitAnswer(),
                        new Step.Send(HelloEdit.record(23, 0x303, m.bytes(70))))));
    }

    private static List<Step> visit(Material m, String protocol, byte[] request) {
        return List.of(new Step.Tls(protocol, m.domain(), List.of(), List.of(request), true), new Step.HalfClose());
    }

    /** The handshake only. */
    private static Step leave(Material m, String protocol) {
        return new Step.Tls(protocol, m.domain(), List.of(), List.of(), false);
    }

    private static byte[] get(Material m) {
        return request("GET /", m, "");
    }

    private static byte[] post(Material m) {
        return request("POST /", m, "a=b&".repeat(800));
    }

    private static byte[] request(String what, Material m, String body) {
        return Material.ascii(what + " HTTP/1.1\r\nHost: " + m.domain() + "\r\nConnection: close\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);
    }
}
