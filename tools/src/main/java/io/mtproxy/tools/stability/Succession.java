package io.mtproxy.tools.stability;

import io.mtproxy.tools.control.ControlFolders;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A proxy and those that took over from it, each started by the one before. Ports and the log stay those of the first one;
 * the process is another one each time. One thread; the last one ends with {@link #close}.
 */
public final class Succession implements AutoCloseable {
    /** An old one has nothing left to do. */
    private static final Duration GONE = Duration.ofSeconds(20);
    private static final Duration ENDED = Duration.ofSeconds(60);
    private static final Pattern HANDED_OVER = Pattern.compile("handed over to pid (\\d+): .*\\bfrozen (\\d+) ms");
    private static final Pattern SOCKET = Pattern.compile("(\\d+)\\.sock");
    /** Sessions that cannot be handed over would end soon, and be found missing. */
    private static final String REQUEST = "upgrade 1 -";
    private static final String FOLDER = "control";
    private static final Set<Character> DEAD = Set.of('Z', 'X', '-');

    private final ProxyProcess first;
    private final Path folder;
    private final List<Long> pids = new ArrayList<>();
    private boolean closed;

    /**
     * One upgrade.
     *
     * @param pid of the process that took over
     * @param frozenMillis how long nobody was served, as the old one says
     * @param tookMillis from the request until the old one had ended
     */
    public record Hop(long pid, long frozenMillis, long tookMillis) {}

    /** Of a proxy that was started with {@link #controlled}. */
    public Succession(ProxyProcess first, Path directory) {
        this.first = first;
        folder = directory.resolve(FOLDER);
        pids.add(first.pid());
    }

    /** With a folder of its own for control sockets, which nobody else's tools look into. */
    public static ProxyOptions controlled(ProxyOptions options) throws IOException {
        Path folder = options.directory().resolve(FOLDER);
        if (!Files.exists(folder)) {
            Files.createDirectory(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return options.environment(Map.of(ControlFolders.VARIABLE, folder.toString()));
    }

    /** Of the one that serves now. */
    public long newest() {
        return pids.getLast();
    }

    /** One more takes over, as {@code mtproxyctl upgrade} asks for it; returns when the one before has ended. */
    public Hop upgrade() throws IOException {
        long old = newest();
        long begin = System.nanoTime();
        String said = new ControlFolders(List.of(folder)).of(old).ask(REQUEST, line -> {});
        Matcher result = HANDED_OVER.matcher(said);
        if (!result.find()) {
            throw new IOException("the proxy says: " + said + " (expected: handed over)");
        }
        pids.add(Long.parseLong(result.group(1)));
        Await.until("process " + old + " has ended", GONE, () -> !alive(old));
        return new Hop(newest(), Long.parseLong(result.group(2)), (System.nanoTime() - begin) / 1_000_000);
    }

    /** How many of those that handed over still live. */
    int survivors() throws IOException {
        int alive = 0;
        for (long pid : pids.subList(0, pids.size() - 1)) {
            alive += alive(pid) ? 1 : 0;
        }
        return alive;
    }

    /** How many control sockets there are: one for each that can be asked. */
    long controlSockets() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    /** Asks the newest one to end, as an operator does, and waits until it has. */
    public void stop() {
        long last = newest();
        ProcessHandle.of(last).ifPresent(ProcessHandle::destroy);
        Await.until("process " + last + " has ended", ENDED, () -> !alive(last));
    }

    private static boolean alive(long pid) throws IOException {
        return !DEAD.contains(state(pid));
    }

    /** The letter of {@code /proc/PID/stat}, {@code -} when there is no such process: whoever has to may bury it late. */
    private static char state(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (NoSuchFileException e) {
            return '-';
        }
    }

    /** Kills whoever is left, also one that took over without our hearing of it: sockets have their names. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return; // process ids may be strangers' by now
        }
        closed = true;
        kill(newest());
        try (Stream<Path> sockets = Files.list(folder)) {
            sockets.map(path -> SOCKET.matcher(path.getFileName().toString())).filter(Matcher::matches)
                    .forEach(name -> kill(Long.parseLong(name.group(1))));
        }
        first.close();
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }
}
