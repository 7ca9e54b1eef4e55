package io.mtproxy.proxy.client;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the buffers of a loop within their bound. First Telegram has to wait: at half of the bound its links are not read
 * until a quarter is left. Clients that do not take what waits for them cannot hold the others up for long: then, and
 * whenever the bound itself is reached, those who make us hold the most are closed.
 */
final class MemoryGuard {
    private static final int LOOK_MILLIS = 50;
    /** So long Telegram waits for clients. */
    private static final int PATIENCE_LOOKS = 100;

    private final Clients clients;
    private final EventLoop loop;
    private final long bound;
    private boolean waiting;
    private int looks;

    MemoryGuard(Clients clients, long bound) {
        this.clients = clients;
        this.loop = clients.loop;
        this.bound = bound;
    }

    void begin() {
        loop.limitMemory(bound / 2, this::relieve);
    }

    private void relieve() {
        if (loop.buffers().bytesInUse() > bound) {
            shed(bound / 4 * 3);
        }
        if (!waiting && loop.buffers().bytesInUse() > bound / 2) {
            waiting = true;
            looks = 0;
            clients.telegram.pauseReading(true);
            loop.after(LOOK_MILLIS, this::look);
        }
    }

    private void look() {
        if (++looks >= PATIENCE_LOOKS) {
            shed(bound / 4);
        }
        if (loop.buffers().bytesInUse() <= bound / 4 || looks >= PATIENCE_LOOKS) {
            waiting = false;
            clients.telegram.pauseReading(false);
        } else {
            loop.after(LOOK_MILLIS, this::look);
        }
    }

    private void shed(long target) {
        while (loop.buffers().bytesInUse() > target) {
            ClientConnection largest = largest();
            if (largest == null || largest.held() == 0) {
                return; // links hold it, which have bounds of their own
            }
            largest.close(CloseReason.CLIENT_MEMORY);
        }
    }

    private @Nullable ClientConnection largest() {
        ClientConnection largest = null;
        for (ClientConnection client : clients.sessions()) {
            if (largest == null || client.held() > largest.held()) {
                largest = client;
            }
        }
        return largest;
    }
}
