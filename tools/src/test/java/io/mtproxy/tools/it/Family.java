package io.mtproxy.tools.it;

import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.ProxyStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The processes of a proxy with workers, as the system sees them.
 *
 * @param workers process ids, the first worker's first
 */
record Family(ProxyProcess supervisor, List<Long> workers) {
    /** Files that every JVM opens for itself. */
    private static final Set<String> EVERYBODYS = Set.of("/dev/random", "/dev/urandom", "/dev/null");

    /** Waits until all serve, each with links to all targets. */
    static Family serving(World world, int workers) throws IOException {
        return serving(world.proxy(), workers);
    }

    /** The same of any proxy. */
    static Family serving(ProxyProcess proxy, int workers) throws IOException {
        Await.until("every worker serves", Harness.SOON, () -> {
            ProxyStats stats = proxy.stats();
            return stats.number("total_declared_targets") >= workers
                    && stats.number("total_ready_targets") == stats.number("total_declared_targets");
        });
        return of(proxy, workers);
    }

    /** As the statistics name them. */
    static Family of(ProxyProcess proxy, int workers) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (int i = 1; i <= workers; i++) {
            pids.add(proxy.stats().number("worker_" + i + "_pid"));
        }
        return new Family(proxy, pids);
    }

    /** A worker's process id; the first is 1. */
    long worker(int number) {
        return workers.get(number - 1);
    }

    long clientsAccepted(int number) throws IOException {
        return supervisor.stats().number("worker_" + number + "_clients_accepted");
    }

    /** Sends a signal to a process. */
    static void signal(String name, long pid) throws Exception {
        int code = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -" + name + " " + pid + " failed");
        }
    }

    /** Stops a process; returns when it stands still. */
    static void stop(long pid) throws Exception {
        signal("STOP", pid);
        Await.until(pid + " is stopped", Harness.SOON, () -> state(pid) == 'T');
    }

    /** The file to which the lines of a process go, as its descriptor names it; it may be renamed or empty. */
    static String logOf(long pid) throws IOException {
        return open(pid).stream().filter(name -> name.endsWith(".log") || name.endsWith(".log.1")).findAny().orElse("");
    }

    /** Whether it neither ended nor waits to be buried. */
    static boolean alive(long pid) throws IOException {
        return "ZX-".indexOf(state(pid)) < 0;
    }

    /** The letter of /proc/PID/stat, - when there is no such process. */
    private static char state(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (NoSuchFileException e) {
            return '-';
        }
    }

    /** What a process has open beside its standard streams, as /proc names it; files that every JVM opens left out. */
    static Set<String> open(long pid) throws IOException {
        Set<String> open = new HashSet<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
            for (Path descriptor : descriptors.toList()) {
                String target = target(descriptor);
                boolean standard = Integer.parseInt(descriptor.getFileName().toString()) < 3;
                if (!standard && !target.isEmpty() && !EVERYBODYS.contains(target) && !target.endsWith(".jar")
                        && !target.endsWith("/lib/modules") && !target.startsWith("anon_inode:")) {
                    open.add(target);
                }
            }
        }
        return open;
    }

    /** Empty when it has been closed since it was listed, as that of a log which is being reopened. */
    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
