package io.mtproxy.wire.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Integers in byte arrays, at any offset. Little-endian, as nearly everything in these protocols; the two methods that
 * are not say so in their names. Any thread. An offset that does not fit raises {@link IndexOutOfBoundsException}.
 */
public final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle BIG_LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    /** The two bytes at {@code off}, with sign. */
    public static short int16(byte[] b, int off) {
        return (short) SHORT.get(b, off);
    }

    /** Writes the low two bytes of {@code value}. */
    public static void putInt16(byte[] b, int off, int value) {
        SHORT.set(b, off, (short) value);
    }

    /** The four bytes at {@code off}. */
    public static int int32(byte[] b, int off) {
        return (int) INT.get(b, off);
    }

    /** Writes four bytes. */
    public static void putInt32(byte[] b, int off, int value) {
        INT.set(b, off, value);
    }

    /** The eight bytes at {@code off}. */
    public static long int64(byte[] b, int off) {
        return (long) LONG.get(b, off);
    }

    /** Writes eight bytes. */
    public static void putInt64(byte[] b, int off, long value) {
        LONG.set(b, off, value);
    }

    /** The eight bytes at {@code off}, the most significant first. */
    public static long int64BigEndian(byte[] b, int off) {
        return (long) BIG_LONG.get(b, off);
    }

    /** Writes eight bytes, the most significant first. */
    public static void putInt64BigEndian(byte[] b, int off, long value) {
        BIG_LONG.set(b, off, value);
    }
}
