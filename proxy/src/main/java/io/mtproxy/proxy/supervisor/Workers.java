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
    /** C waits so long for workers that were asked to end. */
    private static final long END_NANOS = 1_100_000_000;
    /** Time to take note of those that were killed. */
    private static final long KILLED_NANOS = 300_000_000;
    private static final int LOOK_MILLIS = 5;

    private final List<WorkerProcess> workers = new ArrayList<>();
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
     */
    public static Workers start(int count, List<Integer> sockets, List<Integer> shared, Log log) throws Refusal {
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
            inherited.addAll(shared);
            all.spawn(count, sockets.size(), inherited, board);
            Inheritable.close(memory);
            Inheritable.close(pipe.reading());
        } catch (OsException e) {
            throw Refusal.exit(1, Line.log("fatal: cannot start workers: " + e.reason()));
        } catch (IOException e) {
            throw Refusal.exit(1, Line.log("fatal: cannot start workers: " + e));
        }
        return all;
    }

    private void spawn(int count, int sockets, List<Integer> inherited, Board board) throws OsException, IOException {
        String program = OwnProcess.executable();
        List<byte[]> arguments = OwnProcess.commandLine();
        List<byte[]> environment = environment();
        long self = OwnProcess.pid();
        try (Spawner spawner = new Spawner(inherited)) {
            for (int number = 1; number <= count; number++) {
                environment.set(0, new WorkerSeat(number, self, sockets).variable());
                long pid = spawner.spawn(program, arguments, environment);
                add(new WorkerProcess(number, new ChildProcess(pid), board.slot(number - 1)));
            }
        }
    }

    /** Ours, with a free place in front. */
    private static List<byte[]> environment() {
        byte[] name = (WorkerSeat.VARIABLE + '=').getBytes(StandardCharsets.US_ASCII);
        List<byte[]> environment = new ArrayList<>();
        environment.add(name);
        for (byte[] each : OwnProcess.environment()) {
            if (!startsWith(each, name)) {
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
