package io.mtproxy.tools.probe;

import static io.mtproxy.tools.tls.HelloKind.CLASSIC;
import static io.mtproxy.tools.tls.HelloKind.MODERN;

import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.faketls.ClientHelloBuilder;
import io.mtproxy.wire.faketls.Tls;
import java.util.List;

/** Hellos made with the proxy's secret, or nearly so: those of a censor who has recorded some, or has the link. */
final class OurHellos {

    private static final int DAY = 86_400;

    private OurHellos() {}

    static List<Probe> all() {
        return List.of(
                Probe.answered("replay", m -> m.accept(now(m, CLASSIC))),
                Probe.answered("replay-modern", m -> m.accept(now(m, MODERN))),
                new Probe("replay-20-segments", m -> List.of(new Step.Send(m.accept(now(m, MODERN)), 20),
                        new Step.AwaitAnswer(), new Step.HalfClose())),
                Probe.answered("replay-in-records", m -> ClientHelloBuilder.split(m.accept(now(m, CLASSIC)), 90)),
                Probe.sending("replay-and-data", m -> HelloEdit.join(m.accept(now(m, CLASSIC)), ForeignHellos.ccs(),
                        HelloEdit.record(Tls.APPLICATION_DATA, 0x303, m.bytes(140)))),
                Probe.answered("replay-changed", m -> HelloEdit.flipped(m.accept(now(m, CLASSIC)))),
                Probe.answered("stale", m -> m.ours(m.browser(CLASSIC), -3 * DAY)),
                Probe.answered("stale-modern", m -> m.ours(m.browser(MODERN), -30 * DAY)),
                Probe.answered("from-the-future", m -> m.ours(m.browser(CLASSIC), 60)),
                Probe.answered("wrong-digest", m -> HelloEdit.flipped(now(m, CLASSIC), Tls.RANDOM)),
                Probe.answered("changed-behind-the-digest", m -> HelloEdit.flipped(now(m, MODERN))),
                Probe.answered("changed-session-id", m -> HelloEdit.flipped(now(m, CLASSIC), 50)),
                Probe.answered("ours-other-sni", m -> m.ours(m.browser(CLASSIC).serverName("other.example"), 0)),
                Probe.answered("ours-tls12",
                        m -> m.ours(m.browser(CLASSIC).without(Tls.SUPPORTED_VERSIONS).without(Tls.KEY_SHARE), 0)));
    }

    private static byte[] now(Material m, HelloKind kind) {
        return m.ours(m.browser(kind), 0);
    }
}
