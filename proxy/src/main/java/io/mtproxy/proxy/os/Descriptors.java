package io.mtproxy.proxy.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The limit of open descriptors. */
public final class Descriptors {
    private static final int RLIMIT_NOFILE = System.getProperty("os.name", "").startsWith("Mac") ? 8 : 7;
    /** What C adds on top when it has to raise the limit. */
    private static final int MARGIN = 3;

    private Descriptors() {}

    /** Soft and hard limit; Long.MAX_VALUE when unlimited. */
    private record Limit(long soft, long hard) {}

    /** The soft limit; Long.MAX_VALUE when there is none. */
    public static long softLimit() {
        return limit().soft();
    }

    /** Raises the soft limit, and the hard one with it where needed, unless it is high enough. */
    public static void require(long descriptors) throws OsException {
        Limit limit = limit();
        if (limit.soft() >= descriptors) {
            return;
        }
        long soft = descriptors + MARGIN;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wanted = arena.allocateFrom(ValueLayout.JAVA_LONG, soft, Math.max(soft, limit.hard()));
            Libc.Result set = Libc.call("setrlimit", RLIMIT_NOFILE, wanted.address(), 0);
            if (set.failed()) {
                throw new OsException(Libc.strerror(set.errno()));
            }
        }
    }

    private static Limit limit() {
        String field = ProcSelf.field(ProcSelf.read("limits"), "Max open files");
        return field != null ? new Limit(number(field, 0), number(field, 1)) : bySystem();
    }

    private static Limit bySystem() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(ValueLayout.JAVA_LONG, 2);
            Libc.call("getrlimit", RLIMIT_NOFILE, limit.address(), 0);
            return new Limit(bounded(limit.getAtIndex(ValueLayout.JAVA_LONG, 0)),
                    bounded(limit.getAtIndex(ValueLayout.JAVA_LONG, 1)));
        }
    }

    private static long number(String field, int index) {
        String word = ProcSelf.word(field, index);
        return word.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(word);
    }

    /** RLIM_INFINITY is all ones. */
    private static long bounded(long value) {
        return value < 0 ? Long.MAX_VALUE : value;
    }

}
