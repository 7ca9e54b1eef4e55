package io.mtproxy.proxy.os;

import java.nio.ByteOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the machines whose system calls we know: {@code struct epoll_event} is packed on amd64 only. All
 * else that we use is the same in glibc and musl on both.
 */
enum Machine {
    AMD64(12, 4),
    AARCH64(16, 8);

    /** Bytes of a {@code struct epoll_event}. */
    final int eventSize;
    /** Where its data begins; the events stand at 0. */
    final int eventDataOffset;

    Machine(int eventSize, int eventDataOffset) {
        this.eventSize = eventSize;
        this.eventDataOffset = eventDataOffset;
    }

    /** The machine we run on, null when it is none of these or not Linux. */
    static @Nullable Machine current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""), ByteOrder.nativeOrder());
    }

    static @Nullable Machine of(String system, String architecture, ByteOrder order) {
        if (!system.equals("Linux") || order != ByteOrder.LITTLE_ENDIAN) {
            return null;
        }
        return switch (architecture.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> AMD64;
            case "aarch64", "arm64" -> AARCH64;
            default -> null;
        };
    }
}
