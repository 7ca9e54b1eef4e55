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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** The turn of one program in one round. */
final class Cell {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long ENDLESS = 1L << 40;
    /** Bytes at Telegram that show that the streams flow. */
    private static final long FLOWING = 4 << 20;
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

    void play(Set<Phase> phases) throws IOException, InterruptedException {
        if (phases.contains(Phase.CONTROL)) {
            control();
        }
        if (phases.contains(Phase.CANARY) || phases.contains(Phase.LOAD)) {
            clients(phases);
        }
        if (phases.contains(Phase.FAKETLS)) {
            fakeTls();
        }
    }

    private void control() throws IOException, InterruptedException {
        try (ProgramRun run = launch("control")) {
            double mainLoop = run.awaitMainLoop();
            double listening = run.awaitListening();
            double served = run.awaitServing(stage.target(run.ports()));
            value("control.start.mainloop", mainLoop);
            value("control.start.listening", listening);
            value("control.start.served", served);
            Samples stats = new Samples();
            Tally tally = new Tally();
            StatsPage.ask(run.ports().stats(), scale.statsQuestions(), stats, tally);
            measured.add("stats.idle", role(), stats);
            measured.add("stats.success", role(), tally);
            double reload = run.reload();
            value("control.reload", reload);
            StatsPage.ask(run.ports().stats());
            value("control.memory.mib", run.usage().pssMebibytes());
            ProgramRun.Stop stop = run.stop();
            value("control.stop", stop.millis());
            value("control.exit", stop.exitCode());
            say(String.format(Locale.ROOT, "control: serves after %.0f ms, reload %.1f ms, stop %.1f ms", served,
                    reload, stop.millis()));
        }
    }

    private void clients(Set<Phase> phases) throws IOException, InterruptedException {
        try (ProgramRun run = launch("clients")) {
            run.awaitMainLoop();
            LoadTarget target = stage.target(run.ports());
            run.awaitServing(target);
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
        Crowd crowd = new Crowd(target, SEED - round)
                .add(scale.talkers(),
                        caller -> caller.stagger(Scale.TALK_PAUSE).talk(times(Scale.TALK_PAUSE), Scale.TALK_PAUSE))
                .add(scale.comers(),
                        caller -> caller.stagger(Scale.COME_PAUSE).visits(times(Scale.COME_PAUSE), 1, Scale.COME_PAUSE))
                .add(scale.streamers(), caller -> caller.stagger(Scale.STREAM_PAUSE)
                        .stream(times(Scale.STREAM_PAUSE), scale.streamBytes(), Scale.STREAM_PAUSE));
        Pace pace = new Pace(Scale.ASK_PAUSE);
        while (!crowd.done()) {
            pace.await();
            StatsPage.ask(run.ports().stats(), 1, stats, answered);
        }
        Outcome outcome = crowd.await();
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

    private int times(Duration pause) {
        return Math.max(1, (int) scale.loadTime().dividedBy(pause));
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

    private void fakeTls() throws IOException, InterruptedException {
        // until clients of the tools speak it
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
