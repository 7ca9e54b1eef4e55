package io.mtproxy.tools.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.LockSupport;

/** Sends bytes in pieces that arrive one after the other, as over a path of small packets. Any thread. */
public final class Segments {

    /** Long enough that a reader on the same machine sees the pieces apart, mostly. */
    private static final long PAUSE_NANOS = 1_000_000;

    private Segments() {}

    /** Writes {@code bytes} in {@code pieces} about equal parts, fewer when there are fewer bytes. The socket must not delay. */
    public static void send(byte[] bytes, int pieces, OutputStream out) throws IOException {
        int parts = Math.min(pieces, bytes.length);
        for (int i = 0; i < parts; i++) {
            if (i > 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            int from = (int) ((long) bytes.length * i / parts);
            int to = (int) ((long) bytes.length * (i + 1) / parts);
            out.write(bytes, from, to - from);
            out.flush();
        }
    }
}
