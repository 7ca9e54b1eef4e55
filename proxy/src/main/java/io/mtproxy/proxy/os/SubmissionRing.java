package io.mtproxy.proxy.os;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Many receives and sends in one system call, by io_uring (Linux 5.19 and later). Nothing is ever left to the kernel: no
 * operation waits, so all have ended when {@link #submit} returns. An object belongs to one thread, the one of its
 * {@link SocketCalls}. Numbers and layouts are those of Linux's {@code io_uring.h}.
 *
 * <p>
 * Use: {@link #receive} and {@link #send} up to {@link #CAPACITY} times, {@link #submit}, {@link #result} of each, {@link #clear}.
 */
@SuppressWarnings("restricted")
public final class SubmissionRing implements AutoCloseable {
    /** Most operations between two {@link #clear}. */
    public static final int CAPACITY = 64;
    /** Most bytes that one operation receives. */
    public static final int MOST_RECEIVED = 4 << 10;
    /** Most bytes that one operation sends. */
    public static final int MOST_SENT = 16 << 10;

    private static final int DATA = 512 << 10;
    private static final int SETUP = 425;
    private static final int ENTER = 426;
    /** Go on behind a refused operation, and no interrupt when one ends: the first since 5.18, the second since 5.19; older kernels refuse. */
    private static final int FLAGS = 1 << 7 | 1 << 8;
    private static final int WAIT_FOR_ENDS = 1;
    private static final long OPERATIONS_OFFSET = 0x10000000L;
    private static final byte SEND = 26;
    private static final byte RECV = 27;
    private static final int DONTWAIT = 0x40;

    private static final int PARAMETERS_SIZE = 120;
    private static final int FLAGS_AT = 8;
    private static final int SUBMISSION_AT = 40;
    private static final int COMPLETION_AT = 80;
    private static final int HEAD = 0;
    private static final int TAIL = 4;
    private static final int MASK = 8;
    private static final int SUBMISSION_ARRAY = 24;
    private static final int COMPLETIONS = 20;
    private static final int OPERATION_SIZE = 64;
    private static final int COMPLETION_SIZE = 16;

    private static final int READ_WRITE = 3;
    private static final int SHARED_POPULATED = 0x8001;
    private static final int PRIVATE_ANONYMOUS = 0x22;

    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final VarHandle SHARED_INT = INT.varHandle();
    private static final MethodHandle MMAP = six("mmap");
    private static final MethodHandle SYSCALL = six("syscall");
    private static final MethodHandle MUNMAP = SocketCalls.raw("munmap");

    private final SocketCalls calls;
    private final int descriptor;
    private final MemorySegment rings;
    private final MemorySegment operations;
    private final MemorySegment data;
    private final long submissionTail;
    private final long completionHead;
    private final long completionTail;
    private final long completions;
    private final int completionMask;

    private final int[] places = new int[CAPACITY];
    private final int[] results = new int[CAPACITY];
    private int count;
    private int submitted;
    private int dataUsed;
    /** Counts operations as the kernel does: those that were submitted or are noted to be. */
    private int tail;
    /** Counts the ends that were seen. */
    private int ended;
    private boolean failed;

    private static MethodHandle six(String function) {
        return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD), SocketCalls.ERRNO);
    }

    /** Links what {@link #open} needs, which takes some 10 ms; any thread, before the first client has to wait for it. */
    public static void link() {
        // done when this class is initialized
    }

    /** Null where the kernel has none of this kind, or forbids it. */
    public static @Nullable SubmissionRing open(SocketCalls calls) {
        MemorySegment parameters = calls.scratch().asSlice(0, PARAMETERS_SIZE).fill((byte) 0);
        parameters.set(INT, FLAGS_AT, FLAGS);
        int descriptor = (int) call(SYSCALL, calls, SETUP, CAPACITY, parameters.address(), 0, 0, 0);
        if (descriptor < 0) {
            return null;
        }
        long ringSize = Math.max(submission(parameters, SUBMISSION_ARRAY) + (long) CAPACITY * Integer.BYTES,
                completion(parameters, COMPLETIONS) + (long) parameters.get(INT, Integer.BYTES) * COMPLETION_SIZE);
        MemorySegment rings = map(calls, ringSize, SHARED_POPULATED, descriptor, 0);
        MemorySegment operations = map(calls, (long) CAPACITY * OPERATION_SIZE, SHARED_POPULATED, descriptor,
                OPERATIONS_OFFSET);
        MemorySegment data = map(calls, DATA, PRIVATE_ANONYMOUS, -1, 0);
        boolean known = parameters.get(INT, 0) == CAPACITY;
        if (!known || rings == null || operations == null || data == null) {
            unmap(calls, rings);
            unmap(calls, operations);
            unmap(calls, data);
            calls.close(descriptor);
            return null;
        }
        return new SubmissionRing(calls, descriptor, parameters, rings, operations, data);
    }

    private SubmissionRing(SocketCalls calls, int descriptor, MemorySegment parameters, MemorySegment rings,
            MemorySegment operations, MemorySegment data) {
        this.calls = calls;
        this.descriptor = descriptor;
        this.rings = rings;
        this.operations = operations;
        this.data = data;
        submissionTail = submission(parameters, TAIL);
        completionHead = completion(parameters, HEAD);
        completionTail = completion(parameters, TAIL);
        completions = completion(parameters, COMPLETIONS);
        completionMask = rings.get(INT, completion(parameters, MASK));
        for (int i = 0; i < CAPACITY; i++) { // an operation always has the same place
            rings.set(INT, submission(parameters, SUBMISSION_ARRAY) + (long) i * Integer.BYTES, i);
        }
    }

    private static long submission(MemorySegment parameters, int field) {
        return parameters.get(INT, SUBMISSION_AT + field);
    }

    private static long completion(MemorySegment parameters, int field) {
        return parameters.get(INT, COMPLETION_AT + field);
    }

    private static @Nullable MemorySegment map(SocketCalls calls, long size, int kind, int descriptor, long offset) {
        long address = call(MMAP, calls, 0, size, READ_WRITE, kind, descriptor, offset);
        return address == -1 ? null : MemorySegment.ofAddress(address).reinterpret(size);
    }

    private static void unmap(SocketCalls calls, @Nullable MemorySegment segment) {
        if (segment != null) {
            calls.call(MUNMAP, segment.address(), segment.byteSize(), 0, 0, 0);
        }
    }

    // ---- before

    /** False as long as one more operation, of any size, has room. */
    public boolean isFull() {
        return count == CAPACITY || dataUsed + MOST_SENT > DATA;
    }

    /** Notes to receive at most {@link #MOST_RECEIVED} bytes; returns the operation's number. Not to be mixed with sends. */
    public int receive(int fd) {
        return note(RECV, fd, reserve(MOST_RECEIVED), MOST_RECEIVED, DONTWAIT);
    }

    /** Notes to send; the bytes are copied. Returns the operation's number. */
    public int send(int fd, byte[] b, int off, int len) {
        Objects.checkFromIndexSize(off, len, b.length);
        int at = reserve(len);
        MemorySegment.copy(b, off, data, ValueLayout.JAVA_BYTE, at, len);
        return note(SEND, fd, at, len, DONTWAIT | SocketCalls.NOSIGNAL);
    }

    private int reserve(int bytes) {
        if (isFull() || bytes > MOST_SENT) {
            throw new IllegalStateException("no room for an operation of " + bytes + " bytes");
        }
        int at = dataUsed;
        dataUsed += (bytes + 63) & -64;
        return at;
    }

    private int note(byte code, int fd, int at, int len, int flags) {
        long operation = (long) (tail++ & CAPACITY - 1) * OPERATION_SIZE;
        operations.set(WORD, operation, (long) fd << 32 | code);
        operations.set(WORD, operation + 16, data.address() + at);
        operations.set(WORD, operation + 24, (long) flags << 32 | len);
        operations.set(WORD, operation + 32, count);
        places[count] = at;
        results[count] = -Errno.EAGAIN;
        return count++;
    }

    // ---- together

    /** Has the kernel do all that was noted since the last call. */
    public void submit() {
        SHARED_INT.setRelease(rings, submissionTail, tail);
        int taken = 0;
        while (submitted < count && !failed) {
            int n = enter(count - submitted, 0, 0);
            failed = n == 0 || (n < 0 && calls.errno() != Errno.EINTR);
            submitted += Math.max(n, 0);
            taken += Math.max(n, 0);
        }
        for (taken -= collect(); taken > 0 && !failed; taken -= collect()) { // never seen: none of them may wait
            failed = enter(0, taken, WAIT_FOR_ENDS) < 0 && calls.errno() != Errno.EINTR;
        }
    }

    private int enter(int toSubmit, int toWaitFor, int flags) {
        return (int) call(SYSCALL, calls, ENTER, descriptor, toSubmit, toWaitFor, flags, 0);
    }

    private int collect() {
        int before = ended;
        int now = (int) SHARED_INT.getAcquire(rings, completionTail);
        for (; ended != now; ended++) {
            long completion = completions + (long) (ended & completionMask) * COMPLETION_SIZE;
            results[(int) rings.get(WORD, completion) & CAPACITY - 1] = rings.get(INT, completion + Long.BYTES);
        }
        SHARED_INT.setRelease(rings, completionHead, ended);
        return ended - before;
    }

    /** Whether the kernel has refused to go on: what it did not do has the result {@code -EAGAIN}, and the ring is of no more use. */
    public boolean hasFailed() {
        return failed;
    }

    // ---- behind

    /** Whether an operation has its result: it was submitted, or never will be as the ring has failed. */
    public boolean isDone(int operation) {
        return operation < submitted || failed;
    }

    /** How many bytes were received or sent, 0 = the peer has sent FIN; else the negative error number. */
    public int result(int operation) {
        return results[Objects.checkIndex(operation, count)];
    }

    /** Copies what an operation has received. */
    public void received(int operation, byte[] to, int off) {
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, places[operation], to, off, result(operation));
    }

    /** Forgets all operations; what was not submitted yet never will be. */
    public void clear() {
        tail -= count - submitted;
        count = 0;
        submitted = 0;
        dataUsed = 0;
    }

    @Override
    public void close() {
        calls.close(descriptor);
        unmap(calls, rings);
        unmap(calls, operations);
        unmap(calls, data);
    }

    private static long call(MethodHandle function, SocketCalls calls, long a, long b, long c, long d, long e,
            long f) {
        try {
            return (long) function.invokeExact(calls.state(), a, b, c, d, e, f);
        } catch (Throwable t) {
            throw SocketCalls.unexpected(t);
        }
    }
}
