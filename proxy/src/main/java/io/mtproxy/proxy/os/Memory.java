package io.mtproxy.proxy.os;

import org.jspecify.annotations.Nullable;

/**
 * Memory of this process as the kernel sees it, in bytes.
 *
 * @param size address space
 * @param resident in physical memory
 * @param data data and stacks
 */
public record Memory(long size, long resident, long data) {

    /** The numbers now; all 0 on a system without /proc. */
    public static Memory now() {
        String status = ProcSelf.read("status");
        return new Memory(bytes(status, "VmSize:"), bytes(status, "VmRSS:"),
                bytes(status, "VmData:") + bytes(status, "VmStk:"));
    }

    /** Has the C library give the system what it keeps for itself, most of all what the JVM's compilers have used and freed. */
    public static void giveBack() {
        try {
            Libc.call("malloc_trim", 0, 0, 0);
        } catch (UnsupportedOperationException e) {
            // another C library than glibc, which keeps less
        }
    }

    /** A field in kilobytes. */
    private static long bytes(@Nullable String status, String key) {
        String field = ProcSelf.field(status, key);
        return field == null ? 0 : Long.parseLong(ProcSelf.word(field, 0)) * 1024;
    }
}
