package io.mtproxy.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** A temporary folder and what runs in it; all of it goes at the end, also at Ctrl-C. Any thread. */
final class Workspace implements AutoCloseable {

    private final Path directory;
    private final Deque<AutoCloseable> running = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::clear, "clear");

    Workspace() throws IOException {
        directory = Files.createTempDirectory("mtproxyctl-");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    Path directory() {
        return directory;
    }

    /** Closes this, too, before what was there earlier. */
    synchronized <T extends AutoCloseable> T closing(T resource) {
        running.push(resource);
        return resource;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // Ctrl-C came first: the hook clears
        }
        clear();
    }

    private synchronized void clear() {
        while (!running.isEmpty()) {
            try {
                running.pop().close();
            } catch (Exception e) {
                System.err.println("mtproxyctl: while cleaning up: " + Failures.say(e));
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> leavesFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : leavesFirst) {
                Files.delete(file);
            }
        } catch (IOException e) {
            System.err.println("mtproxyctl: " + directory + " stays: " + Failures.say(e));
        }
    }
}
