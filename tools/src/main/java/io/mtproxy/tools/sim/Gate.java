package io.mtproxy.tools.sim;

/** Lets threads pass while it is open. Any thread. */
final class Gate {
    private boolean closed;

    synchronized void close() {
        closed = true;
    }

    synchronized void open() {
        closed = false;
        notifyAll();
    }

    /** Waits until it is open; an interrupted thread passes. */
    synchronized void pass() {
        try {
            while (closed) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
