package io.mtproxy.proxy.os;

import java.io.IOException;

/** A descriptor that becomes readable when somebody signals: wakes the thread that waits in an {@link Epoll}. Linux only. */
public final class EventDescriptor implements AutoCloseable {
    private final SocketCalls signaller = new SocketCalls();
    private int descriptor;
    private boolean signalled;

    public EventDescriptor() throws IOException {
        descriptor = signaller.eventDescriptor();
        if (descriptor < 0) {
            throw Errno.exception(signaller.errno());
        }
    }

    /** What to watch. */
    public synchronized int descriptor() {
        return descriptor;
    }

    /** Any thread; after {@link #close} it does nothing, for the number may be somebody else's by then. */
    public synchronized void signal() {
        if (!signalled && descriptor >= 0) {
            signalled = true;
            signaller.signal(descriptor);
        }
    }

    /** Makes it unreadable again; what was signalled before must be looked at after this. */
    public synchronized void drain() {
        if (signalled && descriptor >= 0) {
            signaller.drain(descriptor);
            signalled = false;
        }
    }

    @Override
    public synchronized void close() {
        if (descriptor >= 0) {
            signaller.close(descriptor);
            descriptor = -1;
        }
    }
}
