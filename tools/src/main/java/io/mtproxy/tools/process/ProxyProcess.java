package io.mtproxy.tools.process;

import io.mtproxy.tools.load.LoadTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A running proxy on free ports of the loopback. Any thread; the process ends with {@link #stop} or {@link #close}. */
public final class ProxyProcess implements AutoCloseable {

    /** What has to happen happens within this time, also on a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** C drops what comes before its links are up: then the next try, with a new connection, succeeds. */
    private static final Duration SERVED = Duration.ofMillis(500);

    private final Process process;
    private final Path log;
    private final int clientPort;
    private final int statsPort;

    private ProxyProcess(Process process, Path log, int clientPort, int statsPort) {
        this.process = process;
        this.log = log;
        this.clientPort = clientPort;
        this.statsPort = statsPort;
    }

    /**
     * Starts the proxy and waits until it listens and answers {@code /stats}. It may not yet have a link to Telegram.
     *
     * @throws IllegalStateException with the proxy's own words when it ends instead
     */
    public static ProxyProcess start(ProxyOptions options) throws IOException {
        return start(options, FreePort.find(), FreePort.find());
    }

    /** The same on these ports. */
    public static ProxyProcess start(ProxyOptions options, int clientPort, int statsPort) throws IOException {
        Path log = Files.createTempFile(options.directory(), "proxy-", ".log");
        ProcessBuilder builder = new ProcessBuilder(options.command(clientPort, statsPort))
                .directory(options.directory().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // whoever got here has built
        builder.environment().put("MTPROXY_BUILD", "never");
        // what it keeps between its lives belongs to its folder, not to the machine's own proxy
        builder.environment().put("STATE_DIRECTORY", options.directory().resolve("state").toString());
        builder.environment().putAll(options.environment());
        return attach(builder.start(), log, clientPort, statsPort);
    }

    /**
     * Takes over one that was started otherwise, and waits as {@link #start} does.
     *
     * @param log where all that it says goes
     */
    public static ProxyProcess attach(Process process, Path log, int clientPort, int statsPort) throws IOException {
        return new ProxyProcess(process, log, clientPort, statsPort).awaitListening();
    }

    private ProxyProcess awaitListening() throws IOException {
        try {
            Await.until("the proxy listens", PATIENCE, this::listens);
            return this;
        } catch (IllegalStateException e) {
            close();
            throw new IllegalStateException("the proxy did not start:\n" + log(), e);
        }
    }

    /** Waits until a client gets an answer from a simulated Telegram: the links are up. */
    public void awaitServing(LoadTarget target) {
        LoadTarget hasty = target.patience(SERVED);
        Await.until("the proxy serves", PATIENCE, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the proxy ended:\n" + log());
            }
            return hasty.serves();
        });
    }

    /** Where its log is. */
    public Path directory() {
        return Objects.requireNonNull(log.toAbsolutePath().getParent());
    }

    /** Where clients connect. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort);
    }

    /** Where statistics are told. */
    public InetSocketAddress statsAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), statsPort);
    }

    /** Of the launcher and, as it execs, of the daemon. */
    public long pid() {
        return process.pid();
    }

    /** Does the process live? */
    public boolean alive() {
        return process.isAlive();
    }

    /** Reads the counters. */
    public ProxyStats stats() throws IOException {
        return ProxyStats.read(statsPort);
    }

    /** The same from a statistics port that may close connections at once ({@code --max-accept-rate}). */
    public ProxyStats awaitStats() {
        AtomicReference<ProxyStats> stats = new AtomicReference<>();
        Await.until("statistics are told", PATIENCE, () -> {
            try {
                stats.set(stats());
                return true;
            } catch (IOException e) {
                return false;
            }
        });
        return stats.get();
    }

    /**
     * Waits until a counter has a value: what is sent to a client may be counted after it was seen, as its end is, which
     * waits for the client's own.
     */
    public void awaitStat(String key, long value) {
        Await.until(key + " is " + value, PATIENCE, () -> stats().number(key) == value);
    }

    /** Waits until at least so many links to Telegram are ready: all that are kept, so that every loop has its own. */
    public void awaitLinks(int links) {
        Await.until(links + " links are ready", PATIENCE, () -> stats().number("ready_outbound_connections") >= links);
    }

    /** How many file descriptors the process has open now. */
    public long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", String.valueOf(pid()), "fd"))) {
            return open.count();
        }
    }

    /** All that it said so far. */
    public String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** Asks it to end, as an operator does. @return its exit code */
    public int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            close();
            throw new IllegalStateException("the proxy did not stop within " + PATIENCE.toSeconds() + " s of SIGTERM");
        }
        return process.exitValue();
    }

    /** Waits until it ends by itself. @return its exit code */
    public int awaitEnd(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the proxy did not end within " + limit.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /** Kills it, if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process ended with exit code " + process.exitValue());
        }
        try (Socket probe = new Socket()) {
            if (stats().values().isEmpty()) {
                return false;
            }
            probe.connect(address()); // last, and so once: a rate may be set
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
