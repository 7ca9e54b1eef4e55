package io.mtproxy.tools.cli;

import io.mtproxy.tools.link.ProxyLink;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.KeyExchangeProbe;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.load.SilenceProbe;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedDataCentre;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The demonstration: its steps from top to bottom. */
final class Demo {

    private static final int CLIENTS = 60;
    private static final int REQUESTS = 50;
    private static final int STREAMS = 6;
    private static final long STREAM_BYTES = 16 << 20;
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final Duration PROGRESS = Duration.ofMillis(200);

    private final Workspace workspace;
    private final Path executable;
    private final Story story;
    private final @Nullable String domain;
    private final boolean direct;
    private final ProxySecret secret = ProxySecret.generate(new SecureRandom());
    private final List<String> failures = new ArrayList<>();

    /**
     * @param domain the site as whose visitors clients hide in TLS; null when they do not
     * @param direct without middle proxies
     */
    Demo(Workspace workspace, Path executable, Story story, @Nullable String domain, boolean direct) {
        this.workspace = workspace;
        this.executable = executable;
        this.story = story;
        this.domain = domain;
        this.direct = direct;
    }

    /** Plays it; false when something was not as it should be. */
    boolean play(boolean keep) throws IOException, InterruptedException {
        story.say("A simulated Telegram, the proxy, and clients in every transport, all on this machine.");
        SimulatedTelegram telegram = telegram();
        TelegramFiles files = TelegramFiles.write(workspace.directory(), telegram);
        ProxyProcess proxy = proxy(options(telegram, files));
        LoadTarget target = target(proxy);
        keyExchange(target, telegram);
        LoadReport report = load(target);
        wrongSecret(proxy.address());
        expect(!proxy.log().contains("Exception"), "the proxy logged an exception");
        if (keep) {
            verdict(report);
            keep(proxy, files);
        } else {
            stop(proxy);
            verdict(report);
        }
        return failures.isEmpty();
    }

    private LoadTarget target(ProxyProcess proxy) {
        LoadTarget all = LoadTarget.of(proxy.address(), secret.key());
        if (domain == null) {
            return all;
        }
        FakeTls way = FakeTls.of(domain);
        return all.transports(List.of(Transport.PADDED))
                .tls(Stream.of(HelloKind.values()).map(way::hello).toList());
    }

    private SimulatedTelegram telegram() throws IOException {
        story.step("Telegram", "simulated, with an RSA key of its own:");
        SimulatedTelegram telegram = workspace.closing(
                SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(new LoadService())));
        story.done("listens on " + say(telegram.address()));
        return telegram;
    }

    private ProxyOptions options(SimulatedTelegram telegram, TelegramFiles files) throws IOException {
        List<String> site = domain == null ? List.of() : List.of("-D", domain);
        if (!direct) {
            return new ProxyOptions(executable, workspace.directory(), files.config(), files.secret(),
                    List.of(secret.plain()), site);
        }
        SimulatedDataCentre centre = workspace.closing(
                SimulatedDataCentre.beside(telegram, SimulatedDataCentre.Options.defaults()));
        List<String> words = new ArrayList<>(centre.proxyOptions(SimulatedDataCentre.IDS));
        words.addAll(site);
        return ProxyOptions.direct(executable, workspace.directory(), List.of(secret.plain()), words);
    }

    private ProxyProcess proxy(ProxyOptions options) throws IOException {
        story.step("proxy", executable.getFileName() + (direct ? " --direct:" : ":"));
        long start = System.nanoTime();
        ProxyProcess proxy = workspace.closing(ProxyProcess.start(options));
        proxy.awaitServing(target(proxy));
        story.done("process " + proxy.pid() + " listens on " + say(proxy.address()) + ", served its first client after "
                + millis(start));
        return proxy;
    }

    private void keyExchange(LoadTarget target, SimulatedTelegram telegram) {
        story.step("key exchange", "as a real client begins, req_pq_multi:");
        List<String> answered = new ArrayList<>();
        for (int i = 0; i < target.transports().size(); i++) {
            String transport = target.transports().get(i).name().toLowerCase(Locale.ROOT);
            try {
                long fingerprint = KeyExchangeProbe.ask(target.client(i));
                expect(fingerprint == telegram.rsaFingerprint(), "resPQ with another RSA key, " + transport);
                answered.add(transport);
            } catch (IOException e) {
                failures.add("no key exchange, " + transport + ": " + e.getMessage());
            }
        }
        story.done(answered.isEmpty() ? "no answer" : "answered in " + String.join(", ", answered));
    }

    private LoadReport load(LoadTarget target) throws InterruptedException {
        LoadRun run = new LoadRun();
        story.step("requests", CLIENTS + " clients at once, " + REQUESTS + " requests each:");
        story.done(watch(run.add(new LoadPlan(target, LoadWork.echo(REQUESTS, 16, 4096), CLIENTS))));
        story.step("streams",
                STREAMS + " clients, " + LoadTable.bytes(STREAM_BYTES)
                        + " up and down each at the same time, SHA-256:");
        story.done(watch(run.add(new LoadPlan(target, LoadWork.streams(LoadMode.BOTH, STREAM_BYTES), STREAMS))));
        LoadReport report = run.report();
        expect(report.failed() == 0, report.failed() + " clients failed");
        expect(report.handshakes() == CLIENTS + STREAMS,
                report.handshakes() + " of " + (CLIENTS + STREAMS) + " clients were served");
        return report;
    }

    /** Shows progress until the clients are done. */
    private String watch(LoadRun run) throws InterruptedException {
        long start = System.nanoTime();
        while (!run.done(PROGRESS)) {
            story.progress(totals(run.report()));
        }
        return totals(run.report()) + " after " + millis(start);
    }

    private static String totals(LoadReport report) {
        long requests = report.rows().stream().mapToLong(LoadReport.Row::requests).sum();
        long bytes = report.rows().stream().mapToLong(row -> row.bytesUp() + row.bytesDown()).sum();
        return requests + " answered, " + LoadTable.bytes(bytes) + ", " + report.failed() + " failures";
    }

    private void wrongSecret(InetSocketAddress address) throws IOException {
        story.step("wrong secret", "a client that does not know ours:");
        SecureRandom random = new SecureRandom();
        byte[] wrong = ProxySecret.generate(random).key();
        byte[] header = ObfuscatedHeader.create(Transport.INTERMEDIATE, 2, wrong, random).bytes();
        SilenceProbe probe = SilenceProbe.send(address, header, SILENCE);
        expect(domain != null || probe.answered() == 0,
                "a client with a wrong secret got " + probe.answered() + " bytes");
        story.done(probe.answered() + " bytes of answer" + (domain == null ? "" : ", from the site,")
                + " within " + SILENCE.toSeconds() + " s");
    }

    private void stop(ProxyProcess proxy) throws InterruptedException {
        story.step("stop", "SIGTERM:");
        long start = System.nanoTime();
        int exitCode = proxy.stop();
        expect(exitCode == 0, "the proxy ended with exit code " + exitCode);
        story.done("exit code " + exitCode + " after " + millis(start));
    }

    private void verdict(LoadReport report) {
        story.say("");
        LoadTable.lines(report).forEach(story::say);
        story.say("");
        if (failures.isEmpty()) {
            story.say("It works: every client was served, every byte came back as it was sent.");
        } else {
            failures.forEach(failure -> story.say("FAILED: " + failure));
        }
    }

    private void keep(ProxyProcess proxy, TelegramFiles files) throws InterruptedException {
        ProxyLink link = new ProxyLink(proxy.address().getAddress().getHostAddress(), proxy.address().getPort(),
                domain == null ? secret.padded() : secret.hidden(domain).forClients());
        story.say("");
        story.say("Running until Ctrl-C. A client on this machine, built with the RSA key " + files.rsa() + ", opens");
        story.say("  " + link.tg());
        new CountDownLatch(1).await();
    }

    private void expect(boolean condition, String otherwise) {
        if (!condition) {
            failures.add(otherwise);
        }
    }

    private static String say(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static String millis(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms";
    }
}
