package io.mtproxy.proxy.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reload replaces, in one piece.
 *
 * @param secrets 16 bytes each, in order: position n is secret n+1 in statistics
 * @param password Telegram's shared secret; null = that of the start
 */
public record Snapshot(BackendConfig backend, List<byte[]> secrets, @Nullable PasswordFile password) {
    public Snapshot {
        secrets = List.copyOf(secrets);
    }

    /** With the shared secret of the start. */
    public Snapshot(BackendConfig backend, List<byte[]> secrets) {
        this(backend, secrets, null);
    }
}
