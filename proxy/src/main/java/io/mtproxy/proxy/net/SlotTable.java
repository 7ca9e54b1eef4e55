package io.mtproxy.proxy.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of an {@link EpollLoop}, in arrays: a slot holds a descriptor, its owner and what the kernel watches it for.
 * A slot is used again, each time with another generation; {@link #key} has both, so that an event for a socket that is
 * gone finds nobody, although its descriptor and its slot may be somebody else's already.
 */
final class SlotTable {
    private @Nullable Object[] owners = new Object[64];
    private int[] descriptors = new int[64];
    private int[] generations = new int[64];
    private byte[] watched = new byte[64];
    private int used;
    private int[] free = new int[64];
    private int freeCount;

    private int[] changed = new int[64];
    private int changedCount;
    private boolean[] isChanged = new boolean[64];

    /** A slot for a socket. */
    int add(Object owner, int descriptor) {
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        if (slot == descriptors.length) {
            grow(2 * slot);
        }
        owners[slot] = owner;
        descriptors[slot] = descriptor;
        watched[slot] = 0;
        return slot;
    }

    private void grow(int size) {
        owners = Arrays.copyOf(owners, size);
        descriptors = Arrays.copyOf(descriptors, size);
        generations = Arrays.copyOf(generations, size);
        watched = Arrays.copyOf(watched, size);
        free = Arrays.copyOf(free, size);
        isChanged = Arrays.copyOf(isChanged, size);
    }

    /** Ends the use of a slot; returns its descriptor. */
    int remove(int slot) {
        int descriptor = descriptors[slot];
        owners[slot] = null;
        descriptors[slot] = -1;
        generations[slot]++;
        free[freeCount++] = slot;
        return descriptor;
    }

    /** What an event carries: the slot and its generation. */
    long key(int slot) {
        return ((long) generations[slot] << 32) | slot;
    }

    /** The slot of an event, -1 when what it was for is gone. */
    int find(long key) {
        int slot = (int) key;
        return slot >= 0 && slot < used && owners[slot] != null && generations[slot] == (int) (key >> 32) ? slot : -1;
    }

    /** Who has the slot; null when it is free. */
    @Nullable
    Object owner(int slot) {
        return owners[slot];
    }

    int descriptor(int slot) {
        return descriptors[slot];
    }

    /** What the kernel watches for; 0 = not at all. */
    int watched(int slot) {
        return watched[slot];
    }

    void watched(int slot, int events) {
        watched[slot] = (byte) events;
    }

    /** Number of slots that were ever used. */
    int size() {
        return used;
    }

    /** Notes that somebody wants to be watched for something else. */
    void change(int slot) {
        if (!isChanged[slot]) {
            isChanged[slot] = true;
            if (changedCount == changed.length) {
                changed = Arrays.copyOf(changed, 2 * changedCount);
            }
            changed[changedCount++] = slot;
        }
    }

    /** Takes one of the slots that were noted; -1 when there is none left. */
    int nextChange() {
        if (changedCount == 0) {
            return -1;
        }
        int slot = changed[--changedCount];
        isChanged[slot] = false;
        return slot;
    }
}
