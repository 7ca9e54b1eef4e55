package io.mtproxy.proxy.app;

import io.mtproxy.proxy.handover.Channel;
import io.mtproxy.proxy.handover.Channel.Word;
import io.mtproxy.proxy.handover.Format;
import io.mtproxy.proxy.handover.Parcel;
import io.mtproxy.proxy.handover.ProcessState;
import io.mtproxy.proxy.log.LogStream;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;

/**
 * The old side's conversation with the process that takes over from it. Up to its last word everything can be taken back: this
 * process goes on as if nothing had been. One thread.
 */
final class HandOver {
    /** A new process on a busy small machine. */
    static final int START_MILLIS = 30_000;
    /** How long we stand still at most. */
    static final int STILL_MILLIS = 10_000;

    private final Source source;
    private final Channel channel;
    private final Runnable ending;
    private boolean takenBack;
    private long frozenMillis;

    /** What the old process is asked for. */
    interface Source {
        /** What the new process gets at once. */
        Takeover.Shared shared(int version);

        /**
         * Before we stand still: the new process is ready.
         *
         * @param heirs what it has for workers of ours to hand over to; closed here
         */
        default void prepare(int[] heirs) throws IOException {
            for (int heir : heirs) {
                new UnixSocket(heir).close();
            }
            if (heirs.length > 0) {
                throw new IOException("the new process has " + heirs.length + " workers, expected none");
            }
        }

        /**
         * Stops all loops, does this, and lets them go on, unless it has returned true.
         *
         * @throws IOException when they cannot be stopped, or from the task
         */
        void standStill(Task task) throws IOException;

        /** All that this process has; while it stands still. */
        Estate save() throws IOException;

        /** The new process has it, its word comes next: the last moment for doubt. */
        default void commit(Estate estate) throws IOException {}

        /** Everything is given: waits until those of ours have ended who have said so, too. */
        default void given() {}

        /** It went wrong, in or behind {@link #prepare}; the new process has ended. */
        default void takeBack(String why) {}
    }

    /** What is done meanwhile. */
    interface Task {
        /** Whether all is another process's now. */
        boolean run() throws IOException;
    }

    /** What is handed over, and how many clients and links that are, those of workers too. */
    record Estate(ProcessState state, int clients, int links) {}

    /**
     * @param channel stays the caller's
     * @param ending  sees to it that the new process has gone; both would serve otherwise
     */
    HandOver(Source source, Channel channel, Runnable ending) {
        this.source = source;
        this.channel = channel;
        this.ending = ending;
    }

    /** The first words. False when the new process does not know our format: then it has the sockets alone. */
    boolean agree() throws IOException {
        channel.timeout(START_MILLIS);
        int version = version(channel.hear(Word.HELLO));
        channel.say(Word.SOCKETS, source.shared(version).write());
        return version != 0;
    }

    /** Waits until the new process is ready for everything. */
    void awaitReady() throws IOException {
        int[] heirs = channel.hear(Word.TAKE).descriptors();
        try {
            source.prepare(heirs);
        } catch (IOException e) {
            takeBack(LogStream.reason(e));
            throw e;
        }
    }

    /** Gives it everything. When this returns, this process may touch no socket any more. */
    Estate give() throws IOException {
        channel.timeout(STILL_MILLIS);
        long begin = System.nanoTime();
        Estate[] given = new Estate[1];
        try {
            source.standStill(() -> {
                given[0] = save();
                return true;
            });
        } catch (IOException e) {
            takeBack(LogStream.reason(e));
            throw e;
        }
        frozenMillis = (System.nanoTime() - begin) / 1_000_000;
        source.given();
        return given[0];
    }

    /** How long {@link #give} has kept everybody waiting. */
    long frozenMillis() {
        return frozenMillis;
    }

    private Estate save() throws IOException {
        try {
            Estate estate = source.save();
            channel.say(Word.STATE, Format.write(estate.state()));
            channel.hear(Word.READY);
            source.commit(estate);
            Takeover.fault(Word.GO, false);
            channel.say(Word.GO);
            Takeover.fault(Word.GO, true);
            return estate;
        } catch (IOException e) {
            takeBack(LogStream.reason(e)); // before our loops go on
            throw e;
        } catch (RuntimeException e) {
            takeBack(e.toString());
            throw new IOException(e.toString(), e);
        }
    }

    private void takeBack(String why) {
        if (takenBack) {
            return;
        }
        takenBack = true;
        try {
            channel.fail("taken back: " + why);
        } catch (IOException e) {
            // it has gone already
        }
        ending.run();
        source.takeBack(why);
    }

    /** The version that both know, 0 when there is none. */
    static int version(Parcel hello) throws IOException {
        if (hello.bytes().length != 2 * Integer.BYTES) {
            throw new IOException("a hello of " + hello.bytes().length + " bytes");
        }
        int first = Bytes.int32(hello.bytes(), 0);
        int last = Bytes.int32(hello.bytes(), 4);
        return first <= Format.VERSION && Format.VERSION <= last ? Format.VERSION : 0;
    }
}
