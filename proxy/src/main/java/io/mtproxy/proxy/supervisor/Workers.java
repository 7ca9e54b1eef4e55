package io.mtproxy.proxy.supervisor;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.ChildProcess;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.os.Inheritable;
import io.mtproxy.proxy.os.OsException;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.os.Signals;
import io.mtproxy.proxy.os.Spawner;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.stats.StatsSource;
import io.mtproxy.proxy.stats.Totals;
import io.mtproxy.proxy.stats.WorkerStats;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The worker processes of a supervisor. Any thread. */
public final class Workers implements WorkerStats {
    /**
     * Whether each worker inherits a socket by which another process hands over to it.
     *
     * @param variable the environment variable that tells its descriptor
     */
    public record Heir(String variable, boolean wanted) {}

    /** C waits so long for workers that were asked to end. */
    private static final long END_NANOS = 1_100_000_000;
    /** Time to take note of those that were killed. */
    private static final long KILLED_NANOS = 300_000_000;
    private static final int LOOK_MILLIS = 5;

    private final List<WorkerProcess> workers = new ArrayList<>();
    private final List<UnixSocket> heirs = new ArrayList<>();
    private final Log log;

    Workers(Log log) {
        this.log = log;
    }

    /**
     * Starts workers: each is this program with these arguments, and accepts from these sockets. To be called before the
     * process changes its user. When the supervisor ends, however it does, they notice by themselves.
     *
     * @param sockets descriptors of listening sockets
     * @param shared  descriptors of memory that the workers find by {@link WorkerSeat#sharedDescriptor}
     * @param heir    whether each worker is to take over from another process, see {@link Heir}
     */
    public static Workers start(int count, List<Integer> sockets, List<Integer> shared, Heir heir, Log log)
            throws Refusal {
        log.line(0, "creating " + count + " workers");
        Signals.watchChildren();
        Workers all = new Workers(log);
        try {
            Inheritable.Pipe pipe = Inheritable.pipe();
            int memory = Inheritable.memory("mtproxy-stats");
            Board board = new Board(Inheritable.map(memory, Board.bytes(count)));
            List<Integer> inherited = new ArrayList<>(sockets);
            inherited.add(memory);
            inherited.add(pipe.reading()); // the other end stays open here, for as long as we live
            all.spawn(count, sockets.size(), inherited, shared, heir, board);
            Inheritable.close(memory);
            Inheritable.close(pipe.reading());
        } catch (OsException e) {
            throw Refusal.exit(1, Line.log("fatal: cannot start workers: " + e.reason()));
        } catch (IOException e) {
            throw Refusal.exit(1, Line.log("fatal: cannot start workers: " + e));
        }
        return all;
    }

    private void spawn(int count, int sockets, List<Integer> inherited, List<Integer> shared, Heir heir, Board board)
            throws OsException, IOException {
        String program = OwnProcess.executable();
        List<byte[]> arguments = OwnProcess.commandLine();
        long self = OwnProcess.pid();
        for (int number = 1; number <= count; number++) {
            List<byte[]> environment = environment(heir.variable());
            environment.add(new WorkerSeat(number, self, sockets).variable());
            List<Integer> descriptors = new ArrayList<>(inherited);
            UnixSocket[] orders = UnixSocket.pair();
            descriptors.add(orders[1].descriptor());
            descriptors.addAll(shared);
            UnixSocket inheritance = null;
            if (heir.wanted()) {
                UnixSocket[] ends = UnixSocket.pair();
                heirs.add(ends[0]);
                inheritance = ends[1];
                environment.add((heir.variable() + '=' + (Spawner.FIRST + descriptors.size()))
                        .getBytes(StandardCharsets.US_ASCII));
                descriptors.add(inheritance.descriptor());
            }
            try (Spawner spawner = new Spawner(descriptors)) {
                ChildProcess process = new ChildProcess(spawner.spawn(program, arguments, environment));
                add(new WorkerProcess(number, process, board.slot(number - 1), orders[0]));
            } finally {
                orders[1].close();
                if (inheritance != null) {
                    inheritance.close();
                }
            }
        }
    }

    /** Ours, without what speaks of the supervisor alone. */
    private static List<byte[]> environment(String heirs) {
        List<byte[]> without = List.of((WorkerSeat.VARIABLE + '=').getBytes(StandardCharsets.US_ASCII),
                (heirs + '=').getBytes(StandardCharsets.US_ASCII));
        List<byte[]> environment = new ArrayList<>();
        for (byte[] each : OwnProcess.environment()) {
            if (without.stream().noneMatch(name -> startsWith(each, name))) {
                environment.add(each);
            }
        }
        return environment;
    }

    private static boolean startsWith(byte[] string, byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (i == string.length || string[i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    synchronized void add(WorkerProcess worker) {
        workers.add(worker);
    }

    /** On which each worker hears orders, in their order; open as long as the process lives. One thread at a time. */
    public synchronized List<UnixSocket> orders() {
        return workers.stream().map(WorkerProcess::orders).toList();
    }

    /**
     * For whoever hands over to the workers, one for each in their order: ends of the sockets that they have inherited. The
     * caller closes them; once.
     */
    public synchronized List<UnixSocket> heirs() {
        List<UnixSocket> all = List.copyOf(heirs);
        heirs.clear();
        return all;
    }

    /** What the workers count, all together. */
    @Override
    public synchronized void addTo(Totals totals) {
        for (WorkerProcess worker : workers) {
            worker.slot().addTo(totals);
        }
    }

    @Override
    public synchronized List<StatsSource.Own> own() {
        List<StatsSource.Own> lines = new ArrayList<>();
        for (WorkerProcess worker : workers) {
            lines.addAll(worker.own());
        }
        return lines;
    }

    /** Passes a signal on to all of them. */
    synchronized void forward(Signal signal) {
        for (WorkerProcess worker : workers) {
            worker.forward(signal);
        }
    }

    /** Sends signals that had to wait. Returns whether some still have to. */
    synchronized boolean forwardWaiting() {
        boolean waiting = false;
        for (WorkerProcess worker : workers) {
            waiting |= worker.forwardWaiting();
        }
        return waiting;
    }

    /** Why the proxy has to end, as lines for the log, or null; to be asked once per second. */
    synchronized @Nullable List<String> trouble() {
        for (WorkerProcess worker : workers) {
            List<String> trouble = worker.trouble();
            if (trouble != null) {
                return trouble;
            }
        }
        List<String> first = null;
        for (WorkerProcess worker : workers) {
            List<String> silence = worker.silence(); // of all: each call counts
            first = first == null ? silence : first;
        }
        return first;
    }

    /** Asks all to end, waits a little over a second, kills those that did not. */
    void end() {
        forwardNow(Signal.TERM);
        if (awaitEnd(END_NANOS)) {
            return;
        }
        int left = forwardNow(Signal.KILL);
        log.line("WARNING: " + left + " children unfinished --> they are now killed");
        awaitEnd(KILLED_NANOS);
    }

    /** Returns to how many it was sent. */
    private synchronized int forwardNow(Signal signal) {
        int sent = 0;
        for (WorkerProcess worker : workers) {
            if (running(worker)) {
                worker.process().signal(signal);
                sent++;
            }
        }
        return sent;
    }

    private boolean awaitEnd(long nanos) {
        long begin = System.nanoTime();
        while (anyRunning()) {
            if (System.nanoTime() - begin > nanos) {
                return false;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private synchronized boolean anyRunning() {
        for (WorkerProcess worker : workers) {
            if (running(worker)) {
                return true;
            }
        }
        return false;
    }

    private static boolean running(WorkerProcess worker) {
        try {
            return worker.process().running();
        } catch (OsException e) {
            return false;
        }
    }
}
