package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A {@code struct msghdr} with one {@code iovec} and room for descriptors. Lengths are 8 bytes in glibc, 4 and padding in
 * musl: written as 8, read as 4, which is right for both.
 */
final class SocketMessage {
    /** Linux takes at most 253 descriptors per message. */
    static final int MOST_DESCRIPTORS = 250;
    static final int CMSG_CLOEXEC = 0x40000000;

    private static final int TRUNCATED = 0x20;
    private static final int CONTROL_TRUNCATED = 8;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private static final int IOV = 16;
    private static final int IOV_COUNT = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int FLAGS = 48;
    private static final int HEADER = 56;

    private static final int CMSG_LEVEL = 8;
    private static final int CMSG_TYPE = 12;
    private static final int CMSG_DATA = 16;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final MemorySegment header;
    private final MemorySegment bytes;
    private final MemorySegment control;

    /** A message of at most that many bytes; it lives as long as the arena. */
    SocketMessage(Arena arena, int length) {
        bytes = arena.allocate(Math.max(1, length));
        control = arena.allocate(CMSG_DATA + 4L * (MOST_DESCRIPTORS + 3) + 4, Long.BYTES);
        MemorySegment iov = arena.allocate(16, Long.BYTES);
        iov.set(LONG, 0, bytes.address());
        iov.set(LONG, 8, length);
        header = arena.allocate(HEADER, Long.BYTES);
        header.set(LONG, IOV, iov.address());
        header.set(LONG, IOV_COUNT, 1);
        header.set(LONG, CONTROL, control.address());
        header.set(LONG, CONTROL_LENGTH, control.byteSize());
    }

    MemorySegment header() {
        return header;
    }

    /** Fills the message for sending. */
    void fill(byte[] b, int off, int len, int[] descriptors) {
        MemorySegment.copy(b, off, bytes, ValueLayout.JAVA_BYTE, 0, len);
        if (descriptors.length == 0) {
            header.set(LONG, CONTROL, 0);
            header.set(LONG, CONTROL_LENGTH, 0);
            return;
        }
        int used = CMSG_DATA + Integer.BYTES * descriptors.length;
        control.set(LONG, 0, used);
        control.set(INT, CMSG_LEVEL, SOL_SOCKET);
        control.set(INT, CMSG_TYPE, SCM_RIGHTS);
        MemorySegment.copy(descriptors, 0, control, INT, CMSG_DATA, descriptors.length);
        header.set(LONG, CONTROL_LENGTH, aligned(used));
    }

    /** Takes the bytes out after receiving. */
    void take(byte[] b, int off, int len) {
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, b, off, len);
    }

    /** The descriptors that came with it. */
    int[] descriptors() {
        int end = header.get(INT, CONTROL_LENGTH);
        int[] found = new int[MOST_DESCRIPTORS + 3];
        int count = 0;
        for (int at = 0; at + CMSG_DATA <= end;) {
            int length = control.get(INT, at);
            if (control.get(INT, at + CMSG_LEVEL) == SOL_SOCKET && control.get(INT, at + CMSG_TYPE) == SCM_RIGHTS) {
                int n = (length - CMSG_DATA) / Integer.BYTES;
                MemorySegment.copy(control, INT, at + CMSG_DATA, found, count, n);
                count += n;
            }
            at += aligned(Math.max(length, CMSG_DATA));
        }
        return Arrays.copyOf(found, count);
    }

    /** Whether bytes or descriptors were lost because there was no room for them. */
    boolean truncated() {
        return (header.get(INT, FLAGS) & (TRUNCATED | CONTROL_TRUNCATED)) != 0;
    }

    private static int aligned(int length) {
        return (length + 7) & ~7;
    }
}
