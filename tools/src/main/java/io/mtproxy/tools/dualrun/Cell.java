package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Samples;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.acceptance.StatsPage;
import io.mtproxy.tools.acceptance.Tally;
import io.mtproxy.tools.acceptance.Usage;
import io.mtproxy.tools.load.KeyExchangeProbe;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The turn of one program in one round. */
final class Cell {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long ENDLESS = 1L << 40;
    /** Bytes at Telegram that show that the streams flow. */
    private static final long FLOWING = 4 << 20;
    /** Resolved everywhere; whether it serves on port 443 does not matter, both programs then take a default. */
    static final String SITE = "localhost";
    private static final long SEED = 0x6d74_7072_6f78_79L;

    private final Stage stage;
    private final RunFolder folder;
    private final Scale scale;
    private final Measurements measured;
    private final Program program;
    private final int round;

    Cell(Stage stage, RunFolder folder, Scale scale, Measurements measured, Program program, int round) {
        this.stage = stage;
        this.folder = folder;
        this.scale = scale;
        this.measured = measured;
        this.program = program;
        this.round = round;
    }

    /** One part of a turn, which may break off without the others. */
    @FunctionalInterface
    interface Part {
        /** Plays it to its end. */
        void play() throws IOException, InterruptedException;
    }

    /** The parts that were asked for, in their order. */
    List<Part> parts(Set<Phase> phases) {
        List<Part> parts = new ArrayList<>();
        if (phases.contains(Phase.CONTROL)) {
            parts.add(this::control);
        }
        if (phases.contains(Phase.CANARY) || phases.contains(Phase.LOAD)) {
            parts.add(() -> clients(phases));
        }
        if (phases.contains(Phase.FAKETLS)) {
            parts.add(this::fakeTls);
        }
        return parts;
    }

    private void control() throws IOException, InterruptedException {
        try (ProgramRun run = launch("control")) {
            double mainLoop = run.awaitMainLoop();
            double listening = run.awaitListening();
            double served = run.awaitServing(stage.target(run.ports()));
            value("control.start.mainloop", mainLoop);
            value("control.start.listening", listening);
            value("control.start.served", served);
            stats(run);
            double reload = run.reload();
            value("control.reload", reload);
            Tally afterwards = new Tally();
            StatsPage.ask(run.ports().stats(), 1, new Samples(), afterwards);
            measured.add("stats.success", role(), afterwards);
            value("control.memory.mib", run.usage().pssMebibytes());
            ProgramRun.Stop stop = run.stop();
            value("control.stop", stop.millis());
            value("control.exit", stop.exitCode());
            say(String.format(Locale.ROOT, "control: serves after %.0f ms, reload %.1f ms, stop %.1f ms", served,
                    reload, stop.millis()));
        }
    }

    private void stats(ProgramRun run) {
        Tally tally = new Tally();
        Samples first = new Samples();
        StatsPage.ask(run.ports().stats(), scale.statsWarmUp(), first, tally);
        measured.add("warmup.stats", role(), first);
        Samples stats = new Samples();
        StatsPage.ask(run.ports().stats(), scale.statsQuestions(), stats, tally);
        measured.add("stats.idle", role(), stats);
        measured.add("stats.success", role(), tally);
    }

    private void clients(Set<Phase> phases) throws IOException, InterruptedException {
        try (ProgramRun run = launch("clients")) {
            run.awaitMainLoop();
            LoadTarget target = stage.target(run.ports());
            run.awaitServing(target);
            warmUp("warmup", run, target);
            if (phases.contains(Phase.CANARY)) {
                canary("canary", target);
            }
            if (phases.contains(Phase.LOAD)) {
                load(run, target);
                stopUnderTraffic(run, target);
            } else {
                run.stop();
            }
        }
    }

    private void canary(String name, LoadTarget target) throws InterruptedException {
        Tally keys = keyExchanges(target);
        Outcome outcome = new Crowd(target, SEED + round).add(scale.canaryClients(),
                caller -> caller.visits(scale.canaryConnections(), scale.canaryRequests(), Duration.ZERO)).await();
        Tally success = outcome.attempts();
        success.addAll(keys);
        measured.add(name + ".tcp", role(), outcome.tcp());
        measured.add(name + ".connect", role(), outcome.connect());
        measured.add(name + ".request", role(), outcome.request());
        measured.add(name + ".success", role(), success);
        say(String.format(Locale.ROOT, "%s: %d of %d attempts succeeded, connect p95 %.2f ms", name,
                success.successes(), success.attempts(),
                outcome.connect().summary().p95()));
    }

    /** As a real client begins, in every transport. */
    private Tally keyExchanges(LoadTarget target) {
        Tally tally = new Tally();
        for (int i = 0; i < target.transports().size(); i++) {
            try {
                boolean ours = KeyExchangeProbe.ask(target.client(i)) == stage.telegram().rsaFingerprint();
                if (ours) {
                    tally.succeeded();
                } else {
                    tally.failed("resPQ with another key");
                }
            } catch (IOException e) {
                tally.failed("no key exchange: " + e.getMessage());
            }
        }
        return tally;
    }

    private void load(ProgramRun run, LoadTarget target) throws InterruptedException {
        Usage before = run.usage();
        Samples stats = new Samples();
        Tally answered = new Tally();
        Outcome outcome = mixed(run, target, scale.loadTime(), SEED - round, stats, answered);
        Usage used = run.usage().since(before);
        measured.add("load.tcp", role(), outcome.tcp());
        measured.add("load.connect", role(), outcome.connect());
        measured.add("load.request", role(), outcome.request());
        measured.add("load.stream", role(), outcome.stream());
        measured.add("stats.load", role(), stats);
        Tally success = outcome.attempts();
        measured.add("load.success", role(), success);
        measured.add("stats.success", role(), answered);
        value("load.cpu.seconds", used.cpuSeconds());
        value("load.memory.mib", used.pssMebibytes());
        say(String.format(Locale.ROOT,
                "load: %d of %d attempts succeeded, connect p95 %.2f ms, %.2f s of CPU, %.0f MiB", success.successes(),
                success.attempts(), outcome.connect().summary().p95(), used.cpuSeconds(), used.pssMebibytes()));
    }

    /** What a cold program does to its first clients is told and not judged: an operator warms it up in a canary slot. */
    private void warmUp(String name, ProgramRun run, LoadTarget target) throws InterruptedException {
        Tally answered = new Tally();
        Outcome outcome = mixed(run, target, scale.warmUp(), SEED, new Samples(), answered);
        measured.add(name + ".connect", role(), outcome.connect());
        measured.add(name + ".request", role(), outcome.request());
        measured.add(name + ".success", role(), outcome.attempts());
        measured.add("stats.success", role(), answered);
    }

    /** Clients of all kinds at once, and questions for the counters meanwhile. */
    private Outcome mixed(ProgramRun run, LoadTarget target, Duration time, long seed, Samples stats, Tally answered)
            throws InterruptedException {
        Crowd crowd = new Crowd(target, seed)
                .add(scale.talkers(), caller -> caller.stagger(Scale.TALK_PAUSE).talk(times(time, Scale.TALK_PAUSE),
                        Scale.TALK_PAUSE))
                .add(scale.comers(), caller -> caller.stagger(Scale.COME_PAUSE).visits(times(time, Scale.COME_PAUSE), 1,
                        Scale.COME_PAUSE))
                .add(scale.streamers(), caller -> caller.stagger(Scale.STREAM_PAUSE)
                        .stream(times(time, Scale.STREAM_PAUSE), scale.streamBytes(), Scale.STREAM_PAUSE));
        Pace pace = new Pace(Scale.ASK_PAUSE);
        while (!crowd.done()) {
            pace.await();
            StatsPage.ask(run.ports().stats(), 1, stats, answered);
        }
        return crowd.await();
    }

    private static int times(Duration time, Duration pause) {
        return Math.max(1, (int) time.dividedBy(pause));
    }

    private void stopUnderTraffic(ProgramRun run, LoadTarget target) throws InterruptedException {
        long before = stage.telegram().statistics().bytesIn();
        LoadRun traffic = LoadRun.start(new LoadPlan(target, LoadWork.streams(LoadMode.BOTH, ENDLESS)
                .windows(LoadWork.DOWN_WINDOW, LoadWork.DOWN_WINDOW), scale.streamers()));
        traffic.add(new LoadPlan(target, LoadWork.echo(Integer.MAX_VALUE, 16, 4096), scale.comers()));
        Await.until("streams flow", SOON, () -> stage.telegram().statistics().bytesIn() - before > FLOWING);
        ProgramRun.Stop stop = run.stop();
        value("load.stop", stop.millis());
        value("load.exit", stop.exitCode());
        traffic.await();
        say(String.format(Locale.ROOT, "load: stop under traffic %.1f ms, exit code %d", stop.millis(),
                stop.exitCode()));
    }

    /** Only what clients and both programs can: the small hello that every client sent until 2025. */
    private void fakeTls() throws IOException, InterruptedException {
        try (ProgramRun run = launch("faketls", "-D", SITE)) {
            run.awaitMainLoop();
            LoadTarget target = stage.target(run.ports()).transports(List.of(Transport.PADDED))
                    .tls(List.of(FakeTls.of(SITE).hello(HelloKind.CLASSIC)));
            run.awaitServing(target);
            warmUp("faketls.warmup", run, target);
            canary("faketls", target);
            run.stop();
        }
    }

    private ProgramRun launch(String part, String... extra) throws IOException {
        Path log = folder.log("round-" + round + "-" + role().label() + "-" + part);
        return stage.launch(program.executable(), log, extra);
    }

    private Role role() {
        return program.role();
    }

    private void value(String name, double value) {
        measured.add(name, role(), value);
    }

    private void say(String text) {
        folder.say(String.format(Locale.ROOT, "round %d %-9s ", round, role().label()) + text);
    }
}
