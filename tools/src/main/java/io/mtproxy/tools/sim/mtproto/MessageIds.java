package io.mtproxy.tools.sim.mtproto;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** Message ids of the server: time in units of 2^-32 s, growing, 1 modulo 4 for an answer, 3 for a notice. Any thread. */
final class MessageIds {
    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();

    MessageIds(InstantSource clock) {
        this.clock = clock;
    }

    long answer() {
        return next() | 1;
    }

    long notice() {
        return next() | 3;
    }

    private long next() {
        Instant now = clock.instant();
        long fraction = ((long) now.getNano() << 32) / 1_000_000_000L;
        long id = (now.getEpochSecond() << 32) | (fraction & ~3L);
        return last.updateAndGet(before -> Math.max(before + 4, id));
    }
}
