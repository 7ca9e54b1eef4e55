package io.mtproxy.proxy.events;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who uses one secret: distinct client addresses and distinct authorization keys of the sessions that have a way to
 * Telegram now, over all loops. Any thread: it is touched when sessions begin and end, not per packet.
 */
public final class SecretUse {
    private final Map<Address, Integer> addresses = new HashMap<>();
    private final Map<Long, Integer> authKeys = new HashMap<>();
    private final AtomicLongArray ends = new AtomicLongArray(CloseReason.values().length);
    private volatile int distinctAddresses;
    private volatile int distinctAuthKeys;

    /** The 16 bytes of a client's address. */
    public record Address(long high, long low) {}

    /** A session of this address begins. */
    public synchronized void enter(Address address) {
        if (addresses.merge(address, 1, Integer::sum) == 1) {
            distinctAddresses = addresses.size();
        }
    }

    /** ... and ends. */
    public synchronized void leave(Address address) {
        if (addresses.computeIfPresent(address, (a, n) -> n == 1 ? null : n - 1) == null) {
            distinctAddresses = addresses.size();
        }
    }

    /** A session begins to use this key. */
    public synchronized void enterKey(long authKey) {
        if (authKeys.merge(authKey, 1, Integer::sum) == 1) {
            distinctAuthKeys = authKeys.size();
        }
    }

    /** ... and ends to. */
    public synchronized void leaveKey(long authKey) {
        if (authKeys.computeIfPresent(authKey, (k, n) -> n == 1 ? null : n - 1) == null) {
            distinctAuthKeys = authKeys.size();
        }
    }

    /** A session has ended. */
    @SuppressWarnings("EnumOrdinal") // the index of an array inside one process
    void closed(CloseReason reason) {
        ends.incrementAndGet(reason.ordinal());
    }

    /** Goes on where another process stood: so many more sessions ended for this reason. */
    @SuppressWarnings("EnumOrdinal")
    public void restore(CloseReason reason, long count) {
        ends.addAndGet(reason.ordinal(), count);
    }

    /** Sessions that ended for this reason. */
    @SuppressWarnings("EnumOrdinal")
    public long ended(CloseReason reason) {
        return ends.get(reason.ordinal());
    }

    /** Distinct client addresses now. */
    public int addresses() {
        return distinctAddresses;
    }

    /** Distinct authorization keys now. */
    public int authKeys() {
        return distinctAuthKeys;
    }
}
