package io.mtproxy.tools.it;

import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.probe.Finding;
import io.mtproxy.tools.probe.FingerprintPlan;
import io.mtproxy.tools.probe.FingerprintReport;
import io.mtproxy.tools.probe.FingerprintRun;
import io.mtproxy.tools.probe.Patience;
import io.mtproxy.tools.probe.ProbePlan;
import io.mtproxy.tools.probe.ProbeReport;
import io.mtproxy.tools.probe.ProbeRun;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.faketls.ServerAnswerVerifier;
import io.mtproxy.wire.faketls.TlsSecret;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A proxy that hides behind a real site. */
record Hidden(RealSite site, World world) implements AutoCloseable {
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(10), Duration.ofMillis(60));
    private static final int AT_ONCE = 50;

    /** Starts a proxy and waits until it serves a client. */
    static Hidden start(RealSite site, Path directory, String... arguments) throws IOException {
        return new Hidden(site, world(World.Plan.ours(), site.address().getPort(), directory, arguments));
    }

    /** A proxy in front of whatever listens at that port, when it serves a client. */
    static World world(World.Plan plan, int sitePort, Path directory, String... arguments) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        World world = plan.arguments(arguments).start(directory, options -> options.behind(RealSite.DOMAIN, sitePort));
        world.proxy().awaitServing(target(world, FakeTls.of(RealSite.DOMAIN)));
        return world;
    }

    /** Clients that hide in these ways, in turn. */
    LoadTarget target(FakeTls... ways) {
        return target(world, ways);
    }

    /** The same for a proxy in front of another site. */
    static LoadTarget target(World world, FakeTls... ways) {
        return LoadTarget.of(world.proxy().address(), World.KEY).transports(List.of(Transport.PADDED))
                .tls(List.of(ways));
    }

    /** Tries the probes whose names begin so; all without names. */
    ProbeReport probe(int rounds, String... names) throws InterruptedException {
        return probe(rounds, PATIENCE, AT_ONCE, names);
    }

    /** The same for a site that serves one after the other, and waits for ever for each. */
    ProbeReport probeOneByOne(int rounds, String... names) throws InterruptedException {
        return probe(rounds, new Patience(Duration.ofSeconds(3), Duration.ofMillis(60)), 1, names);
    }

    private ProbeReport probe(int rounds, Patience patience, int atOnce, String... names)
            throws InterruptedException {
        return ProbeRun.run(new ProbePlan(world.proxy().address(), site.address(), RealSite.DOMAIN, World.KEY, rounds,
                patience, atOnce, List.of(Duration.ZERO), List.of(names)), finding -> {});
    }

    /** Whether the proxy answers a hello itself: its random proves that it knows the secret. */
    boolean takes(byte[] hello) throws IOException {
        ServerAnswerVerifier verifier = new ServerAnswerVerifier(new TlsSecret(World.KEY), hello);
        try (Socket socket = new Socket()) {
            socket.connect(world.proxy().address());
            socket.setSoTimeout((int) Harness.SOON.toMillis());
            socket.getOutputStream().write(hello);
            byte[] answer = new byte[32_768];
            int end = 0;
            while (verifier.verify(answer, 0, end) == 0) {
                int read = socket.getInputStream().read(answer, end, answer.length - end);
                if (read <= 0) {
                    return false;
                }
                end += read;
            }
            return true;
        } catch (ProtocolException e) {
            return false;
        }
    }

    FingerprintReport fingerprint() throws IOException {
        return FingerprintRun.run(new FingerprintPlan(world.proxy().address(), site.address(), RealSite.DOMAIN,
                World.KEY, 8, PATIENCE));
    }

    /** What differs, a line per probe. */
    static String differences(ProbeReport report) {
        return report.different().stream().map(Hidden::difference).collect(Collectors.joining("\n"));
    }

    private static String difference(Finding finding) {
        return finding.name() + ": site " + finding.site() + ", proxy " + finding.differences();
    }

    @Override
    public void close() {
        world.close();
        site.close();
    }
}
