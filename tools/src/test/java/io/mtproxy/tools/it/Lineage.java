package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.control.ControlFolders;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A proxy that newer ones take over from, each started by the one before: who lives, and that none is left when the test
 * ends. Ports and the log stay those of the first one.
 */
final class Lineage implements AutoCloseable {
    /** An old one has nothing left to do. */
    private static final Duration GONE = Duration.ofSeconds(10);
    private static final Pattern HANDED_OVER = Pattern.compile("handed over to pid (\\d+): .*\\bfrozen (\\d+) ms");
    private static final Pattern SOCKET = Pattern.compile("(\\d+)\\.sock");

    private final Path directory;
    private final ProxyProcess first;
    private final List<Long> frozenMillis = new ArrayList<>();
    private long newest;

    /** Of a proxy that was started with {@link #controlled}. */
    Lineage(Path directory, ProxyProcess first) {
        this.directory = directory;
        this.first = first;
        newest = first.pid();
    }

    /** With a folder for control sockets that belongs to this test only. */
    static ProxyOptions controlled(ProxyOptions options) {
        return options.environment(environment(options.directory()));
    }

    private static Path folder(Path directory) {
        return directory.resolve("control");
    }

    private static Map<String, String> environment(Path directory) {
        Path folder = folder(directory);
        try {
            if (!Files.exists(folder)) {
                Files.createDirectory(folder,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new IllegalStateException(folder.toString(), e);
        }
        return Map.of(ControlFolders.VARIABLE, folder.toString());
    }

    /** {@code mtproxyctl} for whoever of them lives. */
    Tool tool(String... words) throws IOException {
        return Tool.start(directory, environment(directory), words);
    }

    /** One more; the one before ends. */
    void upgrade(String... words) throws IOException, InterruptedException {
        long old = newest;
        String text = succeed(Stream.concat(Stream.of("upgrade"), Stream.of(words)).toArray(String[]::new));
        Matcher result = HANDED_OVER.matcher(text);
        assertThat(result.find()).as(text).isTrue();
        newest = Long.parseLong(result.group(1));
        frozenMillis.add(Long.parseLong(result.group(2)));
        assertThat(newest).isNotEqualTo(old);
        awaitEnd(old);
        assertThat(Family.alive(newest)).as("the new one lives").isTrue();
    }

    private String succeed(String... words) throws IOException, InterruptedException {
        try (Tool tool = tool(words)) {
            int exitCode = tool.exitCode();
            assertThat(exitCode).as(tool.text()).isZero();
            return tool.text();
        }
    }

    /** Only the first one is a child of this process, so that its exit code can be seen. */
    private void awaitEnd(long pid) throws InterruptedException {
        if (pid == first.pid()) {
            assertThat(first.awaitEnd(GONE)).as("exit code").isZero();
        } else {
            Await.until("process " + pid + " has ended", GONE, () -> !Family.alive(pid));
        }
    }

    /** An upgrade that has to fail. @return what the tool says of it */
    String refused(String... words) throws IOException, InterruptedException {
        try (Tool tool = tool(words)) {
            int exitCode = tool.exitCode();
            assertThat(exitCode).as(tool.text()).isEqualTo(1);
            assertThat(Family.alive(newest)).as("the old one lives").isTrue();
            return tool.text();
        }
    }

    /** It has the ports of all. */
    ProxyProcess first() {
        return first;
    }

    /** Of the one that lives. */
    long newest() {
        return newest;
    }

    /** How long nobody was served, of each upgrade. */
    List<Long> frozenMillis() {
        return frozenMillis;
    }

    /** The end of a test: the log is free of surprises, and SIGTERM ends the newest one. */
    void stopInPeace() throws IOException, InterruptedException {
        assertThat(first.log()).doesNotContain("Exception", "\tat ");
        ProcessHandle.of(newest).orElseThrow().destroy();
        awaitEnd(newest);
    }

    /** Also those of an upgrade that nobody told us of: sockets have their names. */
    @Override
    public void close() throws IOException {
        kill(newest);
        try (Stream<Path> sockets = Files.list(folder(directory))) {
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
