package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Snapshot;
import java.util.concurrent.CountDownLatch;

/** Stands in for the engine until there is one: waits. */
final class IdleEngine implements Engine {
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public void run() {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
    }

    @Override
    public void reload(Snapshot next) {
        // nothing uses it
    }

    @Override
    public void close() {
        // nothing was opened
    }
}
