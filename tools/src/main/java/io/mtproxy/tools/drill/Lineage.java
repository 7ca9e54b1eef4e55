package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Samples;
import io.mtproxy.tools.control.ControlFolders;
import io.mtproxy.tools.process.Adoption;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A proxy and those that have taken over from it one after the other, each started by the one before: asked as {@code
 * mtproxyctl upgrade} asks. One thread drives it; any may {@link #close}.
 */
final class Lineage implements AutoCloseable {

    /** For the daemon: the launcher that it was started with, here the switched link. */
    private static final String SAME = "-";
    /** Sessions that cannot be handed over end soon: then the drill has failed anyway. */
    private static final int DRAIN_SECONDS = 5;
    /** An old one has nothing left to do. */
    private static final Duration GONE = Duration.ofSeconds(20);

    private final ProgramRun first;
    private final ControlFolders controls;
    private final Adoption adoption = new Adoption();
    private final List<Long> pids = new ArrayList<>();

    Lineage(ProgramRun first, ControlFolders controls) {
        this.first = first;
        this.controls = controls;
        pids.add(first.pid());
    }

    /** Of all so far, in the order of their lives. */
    synchronized List<Long> pids() {
        return List.copyOf(pids);
    }

    /** Of the one that serves. */
    long newest() {
        return pids().getLast();
    }

    /**
     * One more takes over.
     *
     * @param progress gets what the old one says on the way
     * @throws IOException with the old one's words when nothing has changed
     */
    Handover upgrade(Consumer<String> progress) throws IOException {
        String said = controls.of(newest()).ask("upgrade " + DRAIN_SECONDS + " " + SAME, progress);
        Handover handover = Handover.parse(said);
        synchronized (this) {
            pids.add(handover.pid());
        }
        return handover;
    }

    /** Waits until one has gone; kills it after 20 seconds. @return its exit code */
    int awaitEnd(long pid) throws InterruptedException {
        if (pid == first.pid()) {
            return first.awaitStop(System.nanoTime()).exitCode();
        }
        OptionalInt exitCode = adoption.awaitExit(pid, GONE);
        if (exitCode.isEmpty()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            exitCode = adoption.awaitExit(pid, GONE);
        }
        return exitCode.orElseThrow(() -> new IllegalStateException("process " + pid + " does not end"));
    }

    /** Asks the one that serves to end, as an operator does, and waits until it is gone. */
    ProgramRun.Stop stop() throws InterruptedException {
        long pid = newest();
        long moment = System.nanoTime();
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        int exitCode = awaitEnd(pid);
        return new ProgramRun.Stop(Samples.millis(System.nanoTime() - moment), exitCode);
    }

    /** Kills those that still run, also one whose taking over nobody has told of. */
    @Override
    public void close() {
        Set<Long> all = new TreeSet<>(pids());
        try {
            all.addAll(controls.pids());
        } catch (IOException e) {
            // those that we know of have to do
        }
        // only descendants: a process id may be a stranger's by now
        ProcessHandle.current().descendants().filter(process -> all.contains(process.pid())).forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
        adoption.close();
    }
}
