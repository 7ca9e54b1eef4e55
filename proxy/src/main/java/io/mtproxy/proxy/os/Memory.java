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
    private static final int RESIDENT = 1;
    private static final int DATA = 5;

    /** The numbers now; all 0 on a system without /proc. */
    public static Memory now() {
        String pages = ProcSelf.read("statm");
        return pages == null
                ? new Memory(0, 0, 0)
                : new Memory(bytes(pages, 0), bytes(pages, RESIDENT), bytes(pages, DATA));
    }

    private static long bytes(@Nullable String pages, int index) {
        String word = pages == null ? "" : ProcSelf.word(pages.trim(), index);
        return word.isEmpty() ? 0 : Long.parseLong(word) * PAGE;
    }

    private static final long PAGE = pageSize();

    /** Only a few machines have another one; asking the C library costs more than it is worth. */
    private static long pageSize() {
        return 4096;
    }
}
