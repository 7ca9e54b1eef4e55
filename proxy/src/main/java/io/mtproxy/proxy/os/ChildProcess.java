package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A process that this one has started with {@link Spawner}. Any thread. */
public final class ChildProcess {
    private static final int NO_HANG = 1;

    private final long pid;
    private boolean running = true;
    private String end = "";

    public ChildProcess(long pid) {
        this.pid = pid;
    }

    /** What can be sent; numbers of Linux. */
    public enum Signal {
        HUP(1),
        KILL(9),
        USR1(10),
        TERM(15);

        private final int number;

        Signal(int number) {
            this.number = number;
        }
    }

    public long pid() {
        return pid;
    }

    /**
     * Whether it still runs (or is stopped). When not, its process id is given back to the system: nothing is sent to it any
     * more.
     *
     * @throws OsException when the system knows of no such child; it counts as ended then
     */
    public synchronized boolean running() throws OsException {
        if (!running) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            Libc.Result result = Libc.call("waitpid", pid, status.address(), NO_HANG);
            if (result.value() == pid) {
                ended(status.get(ValueLayout.JAVA_INT, 0));
            } else if (result.failed() && result.errno() != Errno.EINTR) {
                running = false;
                throw new OsException(Errno.text(result.errno()));
            }
        }
        return running;
    }

    private void ended(int status) {
        int signal = status & 0x7f;
        end = signal == 0 ? "exited with code " + (status >>> 8 & 255) : "was killed by signal " + signal;
        running = false;
    }

    /** How it ended, for the log; empty while it runs. */
    public synchronized String end() {
        return end;
    }

    /** Sends a signal, unless it is known to have ended. False when the system does not allow it. */
    public synchronized boolean signal(Signal signal) {
        return !running || !Libc.call("kill", pid, signal.number, 0).failed();
    }
}
