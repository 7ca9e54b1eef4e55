package io.mtproxy.wire.rpc;

import io.mtproxy.wire.crypto.Bytes;

/**
 * Names a process in a handshake: {@code u32 ip, i16 port, u16 pid, i32 utime}. A field that is 0 means "any".
 *
 * @param ip IPv4 address as a number in host order
 * @param port kept as signed 16 bits, so that 0xffff (no port) is -1
 * @param pid kept as unsigned 16 bits
 * @param utime start of the process, seconds since 1970
 */
public record ProcessId(int ip, int port, int pid, int utime) {
    /** Bytes on the wire. */
    public static final int LENGTH = 12;

    /** Cuts port and pid to what travels. */
    public ProcessId {
        port = (port << 16) >> 16;
        pid = pid & 0xffff;
    }

    /** Writes {@link #LENGTH} bytes. */
    public void write(byte[] b, int off) {
        Bytes.putInt32(b, off, ip);
        Bytes.putInt16(b, off + 4, port);
        Bytes.putInt16(b, off + 6, pid);
        Bytes.putInt32(b, off + 8, utime);
    }

    /** Reads {@link #LENGTH} bytes. */
    public static ProcessId read(byte[] b, int off) {
        return new ProcessId(Bytes.int32(b, off), Bytes.int16(b, off + 4), Bytes.int16(b, off + 6),
                Bytes.int32(b, off + 8));
    }
}
