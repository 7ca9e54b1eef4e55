package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.FrameWriter;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one link, written to its socket: plain first, then encrypted. Any thread may send; one at a time holds the
 * lock, and blocks while the socket is full. Frames are gathered: a sender leaves the write to the one that already waits
 * for the lock, so that a busy link writes large pieces.
 */
final class LinkOutput {
    private static final int GATHER = 1 << 16;
    private static final int KEEP = 1 << 20;
    private static final int BLOCK = 16;
    private static final int UNKNOWN_TYPE = 0x0badcafe;

    private final long link;
    private final Socket socket;
    private final LongAdder sent;
    private final LinkFaults faults;
    private final ReentrantLock lock = new ReentrantLock();
    private FrameWriter frames = new FrameWriter();
    private byte[] staged = new byte[GATHER];
    private byte[] encrypted = new byte[GATHER];
    private int length;
    private boolean broken;
    private boolean hanging;
    private @Nullable AesCbc cipher;

    LinkOutput(long link, Socket socket, LongAdder sent, LinkFaults faults) {
        this.link = link;
        this.socket = socket;
        this.sent = sent;
        this.faults = faults;
    }

    /** Sends one frame of the exchange of nonces and handshakes, at once and without faults. */
    void exchange(byte[] payload) throws IOException {
        lock.lock();
        try {
            append(payload, payload.length, new byte[0], FrameFault.NONE);
            write();
        } finally {
            lock.unlock();
        }
    }

    /** Sends bytes that are no frame, for faults in the exchange. */
    void raw(byte[] bytes) throws IOException {
        lock.lock();
        try {
            transmit(bytes, bytes.length);
        } finally {
            lock.unlock();
        }
    }

    /** What is sent from now on is encrypted. */
    void encrypt(AesCbc chain) {
        lock.lock();
        try {
            cipher = chain;
        } finally {
            lock.unlock();
        }
    }

    /** Changes the checksum from the next frame on. */
    void checksum(ChecksumKind kind) {
        lock.lock();
        try {
            frames.checksum(kind);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends the frame whose payload is a head followed by data.
     *
     * @param now false leaves it to the caller to {@link #flush} soon
     */
    void frame(byte[] head, int headLength, byte[] data, boolean now) throws IOException {
        int type = Bytes.int32(head, 0);
        hold(faults.delay(link, type));
        FrameFault fault = faults.frame(link, type);
        lock.lock();
        try {
            if (broken) {
                throw new IOException("the link is closed");
            }
            if (hanging) {
                return;
            }
            append(head, headLength, data, fault);
            if (length >= GATHER || (now && !lock.hasQueuedThreads())) {
                write();
            }
            end(fault);
        } finally {
            lock.unlock();
        }
    }

    /** Writes what was gathered. */
    void flush() throws IOException {
        lock.lock();
        try {
            write();
        } finally {
            lock.unlock();
        }
    }

    private static void hold(Duration duration) throws IOException {
        if (!duration.isZero()) {
            try {
                Thread.sleep(duration);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted in a delay", e);
            }
        }
    }

    private void append(byte[] head, int headLength, byte[] data, FrameFault fault) {
        if (fault == FrameFault.DROP) {
            return;
        }
        if (fault == FrameFault.UNKNOWN_FIRST) {
            byte[] unknown = new byte[24];
            Bytes.putInt32(unknown, 0, UNKNOWN_TYPE);
            append(unknown, unknown.length, new byte[0], FrameFault.NONE);
        }
        if (fault == FrameFault.WRONG_SEQUENCE) {
            FrameWriter.State state = frames.save();
            frames = new FrameWriter(new FrameWriter.State(state.nextSeqno() + 7, state.checksum()));
        }
        int payload = headLength + data.length;
        reserve(payload + FrameWriter.OVERHEAD + BLOCK);
        System.arraycopy(head, 0, staged, length + FrameWriter.HEADER, headLength);
        System.arraycopy(data, 0, staged, length + FrameWriter.HEADER + headLength, data.length);
        length += damage(fault, frames.seal(staged, length, payload));
    }

    /** Returns how much of the frame stays. */
    private int damage(FrameFault fault, int frame) {
        switch (fault) {
            case BAD_CHECKSUM -> staged[length + frame - 1] ^= 0x10;
            case OVERSIZED_LENGTH -> Bytes.putInt32(staged, length, 0x7ffffff0);
            case ODD_LENGTH -> Bytes.putInt32(staged, length, frame + 1);
            case GARBAGE -> {
                byte[] garbage = new byte[frame];
                ThreadLocalRandom.current().nextBytes(garbage);
                garbage[3] |= (byte) 0x80; // else once in a while it looks like the beginning of a long frame
                System.arraycopy(garbage, 0, staged, length, frame);
            }
            case HANG_IN_FRAME, CLOSE_IN_FRAME, RESET_IN_FRAME -> {
                // whole blocks, so that no filler completes it: the receiver waits for the rest
                return ((length + frame / 2 + BLOCK - 1) & -BLOCK) - length;
            }
            default -> {
            }
        }
        return frame;
    }

    private void end(FrameFault fault) throws IOException {
        switch (fault) {
            case HANG_IN_FRAME -> {
                write();
                hanging = true;
            }
            case CLOSE_IN_FRAME -> {
                write();
                socket.close();
            }
            case RESET_IN_FRAME -> {
                write();
                socket.setSoLinger(true, 0);
                socket.close();
            }
            case HALF_CLOSE -> {
                write();
                socket.shutdownOutput();
            }
            default -> {
            }
        }
    }

    private void reserve(int more) {
        if (length + more > staged.length) {
            staged = Arrays.copyOf(staged, Math.max(2 * staged.length, length + more));
            encrypted = new byte[staged.length];
        }
    }

    private void write() throws IOException {
        if (length == 0) {
            return;
        }
        AesCbc chain = cipher;
        if (chain == null) {
            transmit(staged, length);
        } else {
            length += FrameWriter.fill(staged, length, length);
            chain.apply(staged, 0, length, encrypted, 0);
            transmit(encrypted, length);
        }
        length = 0;
        if (staged.length > KEEP) {
            staged = new byte[GATHER];
            encrypted = new byte[GATHER];
        }
    }

    private void transmit(byte[] bytes, int count) throws IOException {
        try {
            socket.getOutputStream().write(bytes, 0, count);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
        sent.add(count);
    }
}
