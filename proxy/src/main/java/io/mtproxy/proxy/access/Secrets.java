package io.mtproxy.proxy.access;

import java.util.List;

/**
 * The secrets of this proxy, 16 bytes each, in the order in which they are tried and counted. Empty: clients need none.
 * Immutable; any thread. Never prints what it holds.
 */
public record Secrets(List<byte[]> keys) {
    public Secrets {
        keys = List.copyOf(keys);
    }

    @Override
    public String toString() {
        return "Secrets[" + keys.size() + "]";
    }
}
