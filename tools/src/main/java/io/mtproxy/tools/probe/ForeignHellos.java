package io.mtproxy.tools.probe;

import static io.mtproxy.tools.probe.HelloEdit.join;
import static io.mtproxy.tools.probe.HelloEdit.record;
import static io.mtproxy.tools.tls.HelloKind.CLASSIC;
import static io.mtproxy.tools.tls.HelloKind.MODERN;

import io.mtproxy.wire.faketls.ClientHelloBuilder;
import io.mtproxy.wire.faketls.Tls;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Hellos of browsers, legal ones all, and what may come behind them. */
final class ForeignHellos {

    private static final int ALERT = 21;
    private static final int HEARTBEAT = 24;
    private static final int PSK = 41;
    private static final int UNKNOWN_SUITE = 0x13fe;

    private ForeignHellos() {}

    static List<Probe> shapes() {
        return List.of(
                Probe.answered("hello", Material::hello),
                Probe.answered("hello-modern", m -> m.foreign(m.browser(MODERN))),
                new Probe("hello-20-segments", m -> List.of(new Step.Send(m.foreign(m.browser(MODERN)), 20),
                        new Step.AwaitAnswer(), new Step.HalfClose())),
                Probe.answered("hello-in-records", m -> ClientHelloBuilder.split(m.hello(), 100)),
                Probe.answered("hello-in-tiny-records", m -> ClientHelloBuilder.split(m.hello(), 3)),
                Probe.answered("hello-version-0303", m -> HelloEdit.with(m.hello(), 2, 3)),
                Probe.answered("hello-no-session-id", m -> m.foreign(m.browser(CLASSIC).sessionId(new byte[0]))),
                Probe.answered("hello-short-session-id", m -> m.foreign(m.browser(CLASSIC).sessionId(m.bytes(7)))),
                Probe.answered("hello-many-extensions", m -> many(m.hello())),
                Probe.answered("hello-9-kilobytes", m -> HelloEdit.appended(m.hello(), 0x4a4a, new byte[8500])),
                Probe.answered("hello-15-kilobytes", m -> HelloEdit.appended(m.hello(), 0x4a4a, new byte[14_800])),
                Probe.answered("hello-empty-key-share",
                        m -> m.foreign(m.browser(CLASSIC).extension(Tls.KEY_SHARE, new byte[2]))),
                Probe.answered("hello-share-of-other-group", m -> m.foreign(m.browser(CLASSIC)
                        .extension(Tls.KEY_SHARE, hex("00050018000100")))),
                Probe.answered("hello-tls12", m -> m.foreign(tls12(m))),
                Probe.answered("hello-tls11", m -> HelloEdit.with(m.foreign(tls12(m)), 10, 2)),
                Probe.answered("hello-chacha", m -> HelloEdit.suites(m.hello(), Tls.CHACHA20_POLY1305_SHA256)),
                Probe.answered("hello-unknown-suites", m -> HelloEdit.suites(m.hello(), UNKNOWN_SUITE)),
                Probe.answered("hello-unknown-psk", m -> HelloEdit.appended(m.hello(), PSK, psk(m))));
    }

    static List<Probe> names() {
        return List.of(
                Probe.answered("sni-none", m -> m.foreign(m.browser(CLASSIC).serverName(null))),
                Probe.answered("sni-other", m -> m.foreign(m.browser(CLASSIC).serverName("other.example"))),
                Probe.answered("sni-address", m -> m.foreign(m.browser(CLASSIC).serverName("192.0.2.1"))),
                Probe.answered("sni-upper-case",
                        m -> m.foreign(m.browser(CLASSIC).serverName(m.domain().toUpperCase(Locale.ROOT)))),
                Probe.answered("sni-dot", m -> m.foreign(m.browser(CLASSIC).serverName(m.domain() + "."))),
                Probe.answered("sni-long", m -> m.foreign(m.browser(CLASSIC).serverName("a".repeat(300)))),
                Probe.answered("sni-empty-extension",
                        m -> m.foreign(m.browser(CLASSIC).extension(Tls.SERVER_NAME, new byte[0]))),
                Probe.answered("sni-zero-byte", m -> m.foreign(m.browser(CLASSIC).serverName(m.domain() + "\0x"))));
    }

    static List<Probe> followed() {
        return List.of(
                new Probe("hello-silence", m -> List.of(new Step.Send(m.hello()))),
                Probe.closing("hello-fin", Material::hello),
                new Probe("hello-rst", m -> List.of(new Step.Send(m.hello()), new Step.Reset())),
                new Probe("hello-answer-rst",
                        m -> List.of(new Step.Send(m.hello()), new Step.AwaitAnswer(), new Step.Reset())),
                Probe.sending("hello-and-noise", m -> join(m.hello(), m.bytes(200))),
                Probe.sending("hello-twice", m -> join(m.hello(), m.hello())),
                Probe.sending("hello-and-data", m -> join(m.hello(), record(Tls.APPLICATION_DATA, 0x303, m.bytes(90)))),
                behind("hello-then-noise", m -> m.bytes(300)),
                behind("hello-then-data", m -> record(Tls.APPLICATION_DATA, 0x303, m.bytes(517))),
                behind("hello-then-ccs-and-data", m -> join(ccs(), record(Tls.APPLICATION_DATA, 0x303, m.bytes(53)))),
                behind("hello-then-ccs-and-short-data",
                        m -> join(ccs(), record(Tls.APPLICATION_DATA, 0x303, m.bytes(5)))),
                behind("hello-then-many-ccs", m -> join(ccs(), ccs(), ccs(), ccs(), ccs(), ccs(), ccs(), ccs())),
                behind("hello-then-warning", m -> record(ALERT, 0x303, new byte[] {1, 0})),
                behind("hello-then-fatal-alert", m -> record(ALERT, 0x303, new byte[] {2, 40})),
                behind("hello-then-heartbeat", m -> record(HEARTBEAT, 0x302, new byte[] {1, 0x40, 0})),
                behind("hello-then-get", m -> Material.ascii("GET / HTTP/1.1\r\nHost: " + m.domain() + "\r\n\r\n")));
    }

    /** Sends something behind the server's first flight. */
    private static Probe behind(String name, Probe.Bytes bytes) {
        return new Probe(name, material -> List.of(new Step.Send(material.hello()), new Step.AwaitAnswer(),
                new Step.Send(bytes.make(material))));
    }

    private static ClientHelloBuilder tls12(Material m) {
        return m.browser(CLASSIC).without(Tls.SUPPORTED_VERSIONS).without(Tls.KEY_SHARE);
    }

    private static byte[] many(byte[] hello) {
        byte[] more = hello;
        for (int i = 0; i < 60; i++) {
            more = HelloEdit.appended(more, 0x7000 + i, new byte[] {(byte) i});
        }
        return more;
    }

    /** One ticket that nobody has given out, and its binder. */
    private static byte[] psk(Material m) {
        return join(hex("00260020"), m.bytes(32), hex("01020304"), hex("002120"), m.bytes(32));
    }

    static byte[] ccs() {
        byte[] ccs = new byte[Tls.CHANGE_CIPHER_SPEC_LENGTH];
        Tls.putChangeCipherSpec(ccs, 0);
        return ccs;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
