package io.mtproxy.tools.cli;

import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.tools.stability.Succession;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what the daemon loads in its life, for the class archive that {@code bin/make-archive} makes. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "rehearse", hidden = true, mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Lists the classes that the daemon uses.", description = {
        "Starts the proxy with and without a site to hide behind, serves a few clients, reads /stats, hands over, stops it,",
        "and writes a class list as java -XX:SharedClassListFile takes it."})
final class RehearseCommand implements Callable<Integer> {

    private static final int CLIENTS = 12;
    private static final int REQUESTS = 20;
    private static final String SITE = "localhost";

    @Option(names = "--classes", required = true, paramLabel = "FILE", description = "Gets the list.")
    private Path classes;

    @Option(names = "--proxy", paramLabel = "PATH", description = "Another executable than this installation's mtproto-proxy.")
    private @Nullable Path executable;

    private final ProxySecret secret = ProxySecret.generate(new SecureRandom());

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path proxy = executable == null ? ProxyOptions.defaultExecutable() : executable.toAbsolutePath();
        Collection<String> lines = new LinkedHashSet<>();
        try (Workspace workspace = new Workspace()) {
            SimulatedTelegram telegram = workspace.closing(
                    SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(new LoadService())));
            TelegramFiles files = TelegramFiles.write(workspace.directory(), telegram);
            ProxyOptions options = new ProxyOptions(proxy, workspace.directory(), files.config(), files.secret(),
                    List.of(secret.plain()), List.of());
            lines.addAll(life(workspace, options, false));
            lines.addAll(life(workspace, options.with("-D", SITE), true));
        }
        Files.write(classes, lines);
        return 0;
    }

    /** One life of the daemon, and that of the one that takes over from it; returns what both loaded. */
    private Collection<String> life(Workspace workspace, ProxyOptions options, boolean hidden)
            throws IOException, InterruptedException {
        Path lists = Files.createDirectory(workspace.directory().resolve(hidden ? "hidden" : "plain"));
        ProxyProcess proxy = workspace.closing(ProxyProcess.start(Succession.controlled(
                options.environment(Map.of("MTPROXY_JVM_FLAGS",
                        "-XX:DumpLoadedClassList=" + lists.resolve("%p.classes"))))));
        LoadTarget target = target(proxy, hidden);
        proxy.awaitServing(target);
        LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.echo(REQUESTS, 16, 4096), CLIENTS)).await();
        proxy.stats();
        int exitCode = handOver(proxy, target, options.directory()) ? 0 : proxy.stop();
        if (exitCode != 0 || report.failed() > 0) {
            throw new IllegalStateException(
                    report.failed() + " of " + CLIENTS + " clients failed, exit code " + exitCode
                            + " (expected: 0 and 0):\n" + proxy.log());
        }
        Collection<String> lines = new LinkedHashSet<>();
        try (Stream<Path> files = Files.list(lists)) {
            for (Path list : files.sorted().toList()) {
                // the numbers are those of this life
                Files.readAllLines(list).forEach(line -> lines.add(line.replaceFirst(" id: [0-9]+$", "")));
            }
        }
        return lines;
    }

    /** With a client of each kind; both processes end. False when that cannot be done here: the archive lacks it then. */
    private static boolean handOver(ProxyProcess proxy, LoadTarget target, Path directory) throws IOException {
        List<LoadExchange> clients = new ArrayList<>();
        try (Succession succession = new Succession(proxy, directory)) {
            for (int i = 0; i < CLIENTS; i++) {
                LoadExchange client = new LoadExchange(target.client(i), new SplittableRandom(i));
                clients.add(client);
                client.echo(REQUESTS, true);
            }
            succession.upgrade();
            for (LoadExchange client : clients) {
                client.echo(REQUESTS, true);
            }
            proxy.stats();
            succession.stop();
            return true;
        } catch (IOException e) {
            System.err.println("rehearse: without an upgrade, " + e.getMessage());
            return false;
        } finally {
            for (LoadExchange client : clients) {
                client.close();
            }
        }
    }

    private LoadTarget target(ProxyProcess proxy, boolean hidden) {
        LoadTarget plain = LoadTarget.of(proxy.address(), secret.key());
        return hidden
                ? plain.transports(List.of(Transport.PADDED))
                        .tls(Stream.of(HelloKind.values()).map(FakeTls.of(SITE)::hello).toList())
                : plain;
    }
}
