package io.mtproxy.proxy.supervisor;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.Inheritable;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.stats.Board;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** A worker's side of the relation to its supervisor. */
public final class WorkerContext {
    /** How often we ask for the new parent, when the old one is already gone. */
    private static final int ASK_MILLIS = 2;
    private static final int ASK_TIMES = 500;

    private final WorkerSeat seat;
    private final Board.Slot slot;
    private final FileChannel pipe;
    private volatile boolean ended;

    private WorkerContext(WorkerSeat seat, Board.Slot slot, FileChannel pipe) {
        this.seat = seat;
        this.slot = slot;
        this.pipe = pipe;
    }

    /** Told once, when the supervisor is gone. */
    public interface Orphaned {
        /** The process has to end, with this line in the log. */
        void orphaned(String line);
    }

    /**
     * Takes the place that the supervisor has prepared: its lines are marked with the worker's number from now on. To be
     * called before the process changes its user.
     *
     * @param value of {@link WorkerSeat#VARIABLE}
     * @throws Refusal when it comes from somebody else than our parent
     */
    public static WorkerContext join(String value, Log log) throws Refusal {
        WorkerSeat seat = WorkerSeat.parse(value);
        if (seat == null) {
            throw Refusal.exit(1, Line.log("fatal: " + WorkerSeat.VARIABLE + " is \"" + value
                    + "\", expected what a supervisor sets; do not set it"));
        }
        log.tag("[worker " + seat.number() + "] ");
        long parent = OwnProcess.parent();
        if (parent != seat.supervisor()) {
            throw Refusal.exit(1, Line.log(changed(seat, parent)));
        }
        try {
            Board board = new Board(
                    Inheritable.map(seat.memoryDescriptor(), Inheritable.size(seat.memoryDescriptor())));
            FileChannel pipe = FileChannel.open(Inheritable.path(seat.pipeDescriptor()), StandardOpenOption.READ);
            Inheritable.close(seat.memoryDescriptor());
            Inheritable.close(seat.pipeDescriptor());
            return new WorkerContext(seat, board.slot(seat.number() - 1), pipe);
        } catch (IOException | IndexOutOfBoundsException e) {
            throw Refusal.exit(1, Line.log("fatal: what worker " + seat.number() + " should have inherited is missing: "
                    + e));
        }
    }

    /** What the supervisor told. */
    public WorkerSeat seat() {
        return seat;
    }

    /** Where this worker tells its numbers. */
    public Board.Slot slot() {
        return slot;
    }

    /**
     * Signals have handlers from now on, so the supervisor may pass them on; and it is watched: its end is noticed at once,
     * however it came, by a thread that depends on nothing else.
     */
    public void begin(Orphaned listener) {
        slot.beat(Board.Slot.READY);
        Thread thread = new Thread(() -> {
            awaitEnd();
            if (!ended) {
                listener.orphaned(changed(seat, awaitParent()));
            }
        }, "supervisor-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** This worker ends in order; the watch is over, and its thread does not keep the JVM waiting. */
    public void end() {
        ended = true;
        try {
            pipe.close();
        } catch (IOException e) {
            // the process ends anyway
        }
    }

    private void awaitEnd() {
        try {
            while (pipe.read(ByteBuffer.allocate(1)) >= 0) {
                // nothing is ever written: only the end matters
            }
        } catch (IOException e) {
            // as good as its end
        }
    }

    /** The kernel closes the pipe shortly before it gives children another parent. */
    private long awaitParent() {
        long parent = OwnProcess.parent();
        for (int i = 0; i < ASK_TIMES && parent == seat.supervisor(); i++) {
            try {
                Thread.sleep(ASK_MILLIS);
            } catch (InterruptedException e) {
                return parent;
            }
            parent = OwnProcess.parent();
        }
        return parent;
    }

    private static String changed(WorkerSeat seat, long parent) {
        return "Parent " + seat.supervisor() + " is changed to " + parent + ", aborting";
    }
}
