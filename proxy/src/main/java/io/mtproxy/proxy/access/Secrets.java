package io.mtproxy.proxy.access;

import java.util.Arrays;
import java.util.List;

/**
 * The secrets of this proxy, 16 bytes each, in the order in which they are tried and counted. Empty: clients need none.
 * Immutable; any thread. Never prints what it holds.
 */
public record Secrets(List<byte[]> keys) {
    public Secrets {
        keys = List.copyOf(keys);
    }

    /** Where a secret stands, -1 when it is none of these; not for what clients send. */
    public int indexOf(byte[] key) {
        for (int i = 0; i < keys.size(); i++) {
            if (Arrays.equals(keys.get(i), key)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public String toString() {
        return "Secrets[" + keys.size() + "]";
    }
}
