package io.mtproxy.tools.bench;

import io.mtproxy.tools.acceptance.Environment;
import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.acceptance.Usage;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Fixed loads, without and with TLS, on each program in turn. The first round warms up and does not count. One thread drives it.
 */
public final class Bench {

    /** Resolved everywhere; whether it serves on port 443 does not matter. */
    private static final String SITE = "localhost";

    private final Stage stage;
    private final List<Program> programs;
    private final int rounds;
    private final double scale;
    private final Consumer<String> progress;

    /**
     * Prepares one.
     *
     * @param stage whose service is {@link #service}; stays the caller's
     * @param programs one of each role at most
     * @param rounds how often each load is measured
     * @param scale times the work of each load
     * @param progress is told what happens
     */
    public Bench(Stage stage, List<Program> programs, int rounds, double scale, Consumer<String> progress) {
        this.stage = stage;
        this.programs = List.copyOf(programs);
        this.rounds = rounds;
        this.scale = scale;
        this.progress = progress;
    }

    /** What Telegram answers here. */
    public static PacketService service() {
        return new LoadService();
    }

    /**
     * Plays all of it.
     *
     * @throws IllegalStateException when a program does not start
     */
    public BenchReport play() throws IOException, InterruptedException {
        BenchReport report = new BenchReport(Environment.read());
        play(false, report);
        play(true, report);
        return report;
    }

    private void play(boolean tls, BenchReport report) throws IOException, InterruptedException {
        Map<Program, ProgramRun> runs = new LinkedHashMap<>();
        for (Program program : programs) {
            runs.put(program, launch(program, tls));
        }
        for (int round = 0; round <= rounds; round++) {
            progress.accept((tls ? "fake TLS, " : "plain, ")
                    + (round == 0 ? "warm-up" : "round " + round + " of " + rounds));
            for (Workload workload : Workload.all(tls, scale)) {
                for (Program program : programs) {
                    Turn turn = turn(Objects.requireNonNull(runs.get(program)), workload);
                    if (round > 0) {
                        report.add(workload, program.role(), turn);
                    }
                }
            }
        }
        for (ProgramRun run : runs.values()) {
            run.stop();
        }
    }

    private ProgramRun launch(Program program, boolean tls) throws IOException {
        String name = program.role().label() + (tls ? "-tls.log" : ".log");
        String[] extra = tls ? new String[] {"-D", SITE} : new String[0];
        ProgramRun run = stage.launch(program.executable(), stage.directory().resolve(name), extra);
        run.awaitMainLoop();
        run.awaitServing(target(run, tls));
        return run;
    }

    /** Padded, as all clients that hide are; with the small hello, all that the C program takes. */
    private LoadTarget target(ProgramRun run, boolean tls) {
        LoadTarget plain = stage.target(run.ports()).transports(List.of(Transport.PADDED));
        return tls ? plain.tls(List.of(FakeTls.of(SITE).hello(HelloKind.CLASSIC))) : plain;
    }

    private Turn turn(ProgramRun run, Workload workload) throws InterruptedException {
        Usage before = run.usage();
        var load = LoadRun.start(new LoadPlan(target(run, workload.tls()), workload.work(), workload.clients()))
                .await();
        return Turn.of(workload.unit(), load, run.usage().since(before));
    }
}
