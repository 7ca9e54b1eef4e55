package io.mtproxy.proxy.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The base of everything that owns a socket: no wrapper, no attachment. All methods run on the loop's thread. The loop
 * never closes a connection by itself: it tells what happened and the owner decides.
 */
public abstract class Connection {
    /** The loop that owns this connection. */
    protected final EventLoop loop;
    /** Bits of {@link #interest}; the numbers are java.nio's OP_ and epoll's. */
    static final int READ = 1;
    static final int WRITE = 4;

    /** The loop's own note: an attempt to connect, a failure that is still to be told, with java.nio the socket's key; else null. */
    @Nullable
    Object handle;
    /** The loop's number of the socket, -1 when there is none. */
    int slot = -1;
    /** What the owner wants to be told. */
    int interest;
    /** FIN has come. */
    boolean inputEnded;
    boolean touched;
    /** The loop's number of a write that the kernel is still to be given, -1 when there is none. */
    int write = -1;
    /** More comes at once than a read among many takes. */
    boolean bulk;

    protected Connection(EventLoop loop) {
        this.loop = loop;
    }

    /** The connection is established: accepted, or dialled with success. The first call, once. */
    protected void connected() {}

    /**
     * Bytes have come. Once also after interest in them has ended, when they had been read before ({@link EventLoop#interest}). The
     * array is the loop's: valid during the call, and {@link EventLoop#HEADROOM} bytes in front of {@code off} may be overwritten.
     */
    protected abstract void data(byte[] b, int off, int len);

    /** The peer has sent FIN; no more data will come, writing still works. Told once. */
    protected abstract void halfClosed();

    /** The kernel has room again, after write interest was set. */
    protected abstract void writable();

    /**
     * The end of an iteration in which this connection was touched: seal and send what is staged. May be called again at once,
     * when the kernel has taken what it was said to have no room for.
     */
    protected abstract void flush();

    /** Connecting, reading or writing failed. The owner has to close. */
    protected abstract void failed(IOException cause);

    /** A callback of this connection threw what no rule of the protocol explains. The owner has to close. */
    protected void broken(RuntimeException bug) {
        failed(new IOException("internal error", bug));
    }

    /** Asks for a {@link #flush} at the end of this iteration. */
    public final void touch() {
        loop.touch(this);
    }

    /** Whether there is a socket: false before connecting and after closing. */
    public final boolean isOpen() {
        return handle != null || slot >= 0;
    }

    /** What is worth watching for: after FIN there is nothing to read. */
    final int wanted() {
        return inputEnded ? interest & ~READ : interest;
    }
}
