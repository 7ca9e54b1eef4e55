package io.mtproxy.proxy.config;

import java.util.List;

/**
 * What a reload replaces, in one piece.
 *
 * @param secrets 16 bytes each, in order: position n is secret n+1 in statistics
 */
public record Snapshot(BackendConfig backend, List<byte[]> secrets) {
    public Snapshot {
        secrets = List.copyOf(secrets);
    }
}
