package io.mtproxy.proxy.telegram;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a loop by connection id: an array look-up, no hash. An id is {@code generation << 32 | loop << 26 | slot},
 * never 0 and not used again before 2^31 further lanes.
 */
final class LaneTable {
    private static final int SLOT_BITS = 26;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    private final int loop;
    private @Nullable MiddleLane[] lanes = new MiddleLane[256];
    private int[] free = new int[256];
    private int freeCount;
    private int used;
    private int generation;

    /** @param loop 0..63 */
    LaneTable(int loop) {
        this.loop = loop;
    }

    /** Gives the lane an id. */
    long add(MiddleLane lane) {
        int slot = freeCount > 0 ? free[--freeCount] : freshSlot();
        lanes[slot] = lane;
        generation = generation == Integer.MAX_VALUE ? 1 : generation + 1;
        return (long) generation << 32 | (long) loop << SLOT_BITS | slot;
    }

    /** The last generation that was given. */
    int generation() {
        return generation;
    }

    /** Puts a lane of another process where it stood; {@link #settle} follows. */
    void put(long id, MiddleLane lane) {
        int slot = (int) id & SLOT_MASK;
        while (slot >= lanes.length) {
            lanes = Arrays.copyOf(lanes, 2 * lanes.length);
        }
        lanes[slot] = lane;
        used = Math.max(used, slot + 1);
    }

    /** What was not put is free, and no id is used again. */
    void settle(int lastGeneration) {
        generation = lastGeneration;
        freeCount = 0;
        for (int slot = 0; slot < used; slot++) {
            if (lanes[slot] == null) {
                release(slot);
            }
        }
    }

    /** The lane with this id, or null; ids come from Telegram and may be anything. */
    @Nullable
    MiddleLane find(long id) {
        int slot = (int) id & SLOT_MASK;
        MiddleLane lane = slot < used ? lanes[slot] : null;
        return lane != null && lane.id() == id ? lane : null;
    }

    void remove(long id) {
        int slot = (int) id & SLOT_MASK;
        lanes[slot] = null;
        release(slot);
    }

    private void release(int slot) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = slot;
    }

    private int freshSlot() {
        if (used == lanes.length) {
            lanes = Arrays.copyOf(lanes, 2 * used);
        }
        return used++;
    }
}
