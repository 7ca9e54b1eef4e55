package io.mtproxy.tools.acceptance;

import io.mtproxy.tools.control.ControlFolders;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One life of a program, timed from its first moment. All times are milliseconds since {@link #launch}, unless said
 * otherwise. One thread drives it; any may {@link #close}.
 */
public final class ProgramRun implements AutoCloseable {

    /** What either program says when it begins to serve. */
    private static final String MAIN_LOOP = "main loop";
    /** What both say of the signal itself; ours goes on to read its files. */
    private static final String SIGHUP_SEEN = "received signal 01";

    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    /** A program may drop what comes before its links are up: short waits, then longer ones, keep the first answer exact. */
    private static final Duration HASTE = Duration.ofMillis(50);
    private static final int MAX_DOUBLINGS = 6;

    private final Process process;
    private final Ports ports;
    private final Path log;
    private final long launched;

    private ProgramRun(Process process, Ports ports, Path log, long launched) {
        this.process = process;
        this.ports = ports;
        this.log = log;
        this.launched = launched;
    }

    /**
     * How a run ended.
     *
     * @param millis from SIGTERM until the process was gone
     * @param exitCode of the process, or 137 when it had to be killed
     */
    public record Stop(double millis, int exitCode) {}

    /** Starts it and returns at once. */
    public static ProgramRun launch(ProxyOptions options, Ports ports, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(options.command(ports.clients(), ports.stats()))
                .directory(options.directory().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // whoever got here has built; a build in the middle of a measurement would be the program's start
        builder.environment().put("MTPROXY_BUILD", "never");
        // what a program keeps between its lives belongs to this run
        builder.environment().put("STATE_DIRECTORY", options.directory().resolve("state").toString());
        // and so does its control socket: an operator's tool must not find it beside the machine's own proxy
        builder.environment().put(ControlFolders.VARIABLE, controls(options.directory()).paths().getFirst().toString());
        long now = System.nanoTime();
        return new ProgramRun(builder.start(), ports, log, now);
    }

    /** Where programs that are started in a folder have their control sockets. */
    public static ControlFolders controls(Path directory) {
        return new ControlFolders(List.of(directory.resolve("control")));
    }

    /** Waits for its word that it serves. */
    public double awaitMainLoop() {
        return until("it says '" + MAIN_LOOP + "'", () -> log().contains(MAIN_LOOP));
    }

    /** Waits until clients can connect and the counters are told. */
    public double awaitListening() {
        return until("it listens", this::listens);
    }

    /** Waits until a client got an answer from Telegram. */
    public double awaitServing(LoadTarget target) {
        AtomicInteger tries = new AtomicInteger();
        return until("it serves",
                () -> target.patience(HASTE.multipliedBy(1L << Math.min(MAX_DOUBLINGS, tries.getAndIncrement())))
                        .serves());
    }

    /** Asks it to read its files again. @return milliseconds until it has noticed */
    public double reload() throws IOException, InterruptedException {
        int before = count(log(), SIGHUP_SEEN);
        long start = System.nanoTime();
        Process kill = new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -HUP " + process.pid() + " failed");
        }
        until("it notices SIGHUP", () -> count(log(), SIGHUP_SEEN) > before);
        return Samples.millis(System.nanoTime() - start);
    }

    /** Asks it to end, as an operator does, and waits until it is gone. */
    public Stop stop() throws InterruptedException {
        return awaitStop(terminate());
    }

    /** Sends SIGTERM and returns at once. @return the moment before, for {@link #awaitStop} */
    public long terminate() {
        long moment = System.nanoTime();
        process.destroy();
        return moment;
    }

    /** Waits until it is gone; kills it after 20 seconds. */
    public Stop awaitStop(long terminated) throws InterruptedException {
        boolean ended = process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
            close();
            process.waitFor();
        }
        return new Stop(Samples.millis(System.nanoTime() - terminated), process.exitValue());
    }

    /** Of the launcher and, as it execs, of the program. */
    public long pid() {
        return process.pid();
    }

    /** What it has used so far. */
    public Usage usage() {
        return Usage.of(process.toHandle());
    }

    /** Where it listens. */
    public Ports ports() {
        return ports;
    }

    /** All that it said so far. */
    public String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Kills it, and those that it started, if they still run. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private boolean listens() {
        try (Socket probe = new Socket()) {
            probe.connect(ports.address());
            StatsPage.ask(ports.stats());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private double until(String what, Await.Condition condition) {
        long deadline = System.nanoTime() + START.toNanos();
        try {
            while (!condition.holds()) {
                check(what, deadline);
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("while waiting: " + what, e);
        }
        return Samples.millis(System.nanoTime() - launched);
    }

    private void check(String what, long deadline) throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("it ended with exit code " + process.exitValue() + " before " + what
                    + "; it said:\n" + log());
        }
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException("not within " + START.toSeconds() + " s: " + what + "; it said:\n" + log());
        }
    }

    private static int count(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
    }
}
