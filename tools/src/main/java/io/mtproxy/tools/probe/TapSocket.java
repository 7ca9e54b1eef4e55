package io.mtproxy.tools.probe;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** Keeps what comes in, when it came and how it ended, whoever reads. One thread. */
final class TapSocket extends Socket {

    private static final int KEPT = 1 << 20;

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private @Nullable InputStream tap;
    private long firstByte = Observation.NEVER;
    private long ended = Observation.NEVER;
    private @Nullable End end;

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream known = tap;
        if (known == null) {
            known = new Tap(super.getInputStream());
            tap = known;
        }
        return known;
    }

    /** So far. */
    byte[] received() {
        return received.toByteArray();
    }

    int count() {
        return received.size();
    }

    /** System.nanoTime of the first byte, or {@link Observation#NEVER}. */
    long firstByte() {
        return firstByte;
    }

    /** System.nanoTime of the end, or {@link Observation#NEVER}. */
    long ended() {
        return ended;
    }

    /** Null while it has not ended. */
    @Nullable
    End end() {
        return end;
    }

    private void took(byte[] b, int off, int read) {
        if (read < 0) {
            end(End.FIN);
        } else if (read > 0) {
            firstByte = received.size() == 0 ? System.nanoTime() : firstByte;
            received.write(b, off, Math.min(read, KEPT - received.size()));
        }
    }

    private void end(End how) {
        if (end == null) {
            end = how;
            ended = System.nanoTime();
        }
    }

    private final class Tap extends FilterInputStream {

        Tap(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            try {
                int read = super.read(b, off, len);
                took(b, off, read);
                return read;
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                end(End.RST);
                throw e;
            }
        }
    }
}
