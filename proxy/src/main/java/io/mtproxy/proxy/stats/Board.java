package io.mtproxy.proxy.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory that a supervisor shares with its workers: a slot for each, with its totals and its heartbeat. */
public final class Board {
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class,
            ByteOrder.nativeOrder());
    private static final int SEQUENCE_AT = 0;
    private static final int BEATS_AT = Long.BYTES;
    private static final int VALUES_AT = 2 * Long.BYTES;
    private static final int CACHE_LINE = 64;
    private static final int SLOT = -Math.floorDiv(-(VALUES_AT + Totals.LENGTH * Long.BYTES), CACHE_LINE) * CACHE_LINE;

    private final ByteBuffer memory;

    /** @param memory {@link #bytes} of it, zero at first */
    public Board(ByteBuffer memory) {
        this.memory = memory;
    }

    /** How much memory so many workers need. */
    public static long bytes(int workers) {
        return (long) workers * SLOT;
    }

    /** The slot of a worker, counted from 0. */
    public Slot slot(int index) {
        return new Slot(memory, index * SLOT);
    }

    /**
     * What one worker tells. It is the only writer, from one thread at a time. A reader is one thread of the supervisor; it sees
     * the totals of one moment, and does not wait for a writer that was stopped half way.
     */
    public static final class Slot implements Totals.Source {
        /** The heartbeat of a worker that takes signals but does not serve yet. Before it is 0, when it serves it grows. */
        public static final long READY = 1;
        private static final int TRIES = 100;

        private final ByteBuffer memory;
        private final int at;
        /** The last complete reading. */
        private long[] values = new long[Totals.LENGTH];
        private long[] spare = new long[Totals.LENGTH];

        private Slot(ByteBuffer memory, int at) {
            this.memory = memory;
            this.at = at;
        }

        /** Tells the numbers of the worker. */
        public void publish(Totals totals) {
            long sequence = (long) LONGS.getOpaque(memory, at + SEQUENCE_AT);
            LONGS.setOpaque(memory, at + SEQUENCE_AT, sequence + 1);
            VarHandle.releaseFence();
            for (int i = 0; i < Totals.LENGTH; i++) {
                LONGS.setOpaque(memory, at + VALUES_AT + i * Long.BYTES, totals.values[i]);
            }
            LONGS.setRelease(memory, at + SEQUENCE_AT, sequence + 2);
        }

        /** Tells that the worker is alive; a number that grows. */
        public void beat(long beats) {
            LONGS.setRelease(memory, at + BEATS_AT, beats);
        }

        /** The number that the worker told last, 0 before. */
        public long beats() {
            return (long) LONGS.getAcquire(memory, at + BEATS_AT);
        }

        @Override
        public void addTo(Totals totals) {
            for (int i = 0; i < TRIES && !read(); i++) {
                Thread.onSpinWait();
            }
            totals.add(values);
        }

        private boolean read() {
            long before = (long) LONGS.getAcquire(memory, at + SEQUENCE_AT);
            for (int i = 0; i < Totals.LENGTH; i++) {
                spare[i] = (long) LONGS.getOpaque(memory, at + VALUES_AT + i * Long.BYTES);
            }
            VarHandle.acquireFence();
            boolean whole = (before & 1) == 0 && before == (long) LONGS.getOpaque(memory, at + SEQUENCE_AT);
            if (whole) {
                long[] read = spare;
                spare = values;
                values = read;
            }
            return whole;
        }
    }
}
