package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedDataCentre;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** A proxy in direct mode, and the data centres that it is led to. */
final class DirectWorld implements AutoCloseable {
    /** The data centre of tests that need only one. */
    static final int DC = 2;

    /** They have addresses of their own built in: whatever the daemon does, no test leaves this machine. */
    private static final List<Integer> MEDIA = List.of(-2, -4);

    private static final List<String> GAUGES = List.of("active_special_connections", "total_special_connections",
            "ext_connections", "direct_active_sessions", "dataplane_active_sessions", "total_used_buffers_size");

    private final List<SimulatedDataCentre> centres;
    private final ProxyProcess proxy;

    /**
     * How to start.
     *
     * @param ids for each simulated data centre the id that leads to it; the same one several times makes several addresses
     * @param service who answers
     */
    record Plan(List<Integer> ids, PacketService service, List<String> arguments) {
        static Plan of(Integer... ids) {
            return new Plan(List.of(ids), new LoadService(), List.of());
        }

        Plan service(PacketService other) {
            return new Plan(ids, other, arguments);
        }

        Plan arguments(String... others) {
            return new Plan(ids, service, List.of(others));
        }

        DirectWorld start(Path directory) throws IOException {
            return start(directory, UnaryOperator.identity());
        }

        /** With further options of the proxy. */
        DirectWorld start(Path directory, UnaryOperator<ProxyOptions> further) throws IOException {
            List<SimulatedDataCentre> centres = new ArrayList<>();
            List<String> words = new ArrayList<>(List.of("--direct"));
            for (int id : ids) {
                SimulatedDataCentre centre = SimulatedDataCentre
                        .start(SimulatedDataCentre.Options.defaults().service(service));
                centres.add(centre);
                words.addAll(List.of("--dc-override", centre.override(id)));
                if (MEDIA.contains(-id) && !ids.contains(-id)) {
                    words.addAll(List.of("--dc-override", centre.override(-id)));
                }
            }
            words.addAll(arguments);
            return new DirectWorld(centres, ProxyProcess.start(further.apply(
                    ProxyOptions.direct(ProxyOptions.defaultExecutable(), directory, List.of(World.SECRET), words))));
        }
    }

    private DirectWorld(List<SimulatedDataCentre> centres, ProxyProcess proxy) {
        this.centres = centres;
        this.proxy = proxy;
    }

    ProxyProcess proxy() {
        return proxy;
    }

    /** The first one. */
    SimulatedDataCentre centre() {
        return centre(0);
    }

    SimulatedDataCentre centre(int index) {
        return centres.get(index);
    }

    /** Clients in every transport of these data centres, in turn. */
    LoadTarget target(Integer... dcs) {
        return LoadTarget.of(proxy.address(), World.KEY).dcs(List.of(dcs));
    }

    /** One client. */
    ClientConnection client(Transport transport, int dc) throws IOException {
        return ClientConnection.open(
                new ClientSettings(proxy.address(), transport, dc, World.KEY, Harness.SOON), new SplittableRandom());
    }

    long stat(String key) throws IOException {
        return proxy.stats().number(key);
    }

    /** Lines of the log that contain this. */
    List<String> lines(String part) throws IOException {
        return proxy.log().lines().filter(line -> line.contains(part)).toList();
    }

    /** Waits until nothing is left of any client, here, in the process and at the data centres. */
    void awaitRest(long descriptors) {
        for (String gauge : GAUGES) {
            Await.until(gauge + " is 0", Harness.SOON, () -> stat(gauge) == 0);
        }
        for (SimulatedDataCentre centre : centres) {
            Await.until("a data centre knows of no client", Harness.SOON,
                    () -> centre.statistics().connectionsNow() == 0);
        }
        Await.until("at most " + descriptors + " descriptors", Harness.SOON,
                () -> proxy.descriptors() <= descriptors);
    }

    /** The end of a test: the log is free of surprises, and SIGTERM ends the process with exit code 0. */
    void stopInPeace() throws IOException, InterruptedException {
        assertThat(proxy.log()).doesNotContain("Exception", "\tat ", "Error");
        assertThat(proxy.stop()).as("exit code after SIGTERM").isZero();
    }

    @Override
    public void close() {
        proxy.close();
        centres.forEach(SimulatedDataCentre::close);
    }
}
