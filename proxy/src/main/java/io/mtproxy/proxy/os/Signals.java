package io.mtproxy.proxy.os;

import org.jspecify.annotations.Nullable;
import sun.misc.Signal;

/** Signal handlers. */
public final class Signals {
    private static final int SIG_DFL = 0;

    private Signals() {}

    /**
     * Calls a handler on every arrival of a signal, each time in a thread of its own.
     *
     * <p>
     * A signal that was ignored when the JVM started ({@code nohup}, a shell's {@code cmd &}) would never arrive although
     * installing succeeds, so an inherited ignore is taken back first, as a C program does by installing its handler.
     *
     * @param name without SIG: TERM, INT, HUP, USR1
     * @return false when this system or the JVM's options do not allow it
     */
    public static boolean handle(String name, Runnable handler) {
        try {
            Signal signal = new Signal(name);
            if (isIgnored(ProcSelf.field(ProcSelf.read("status"), "SigIgn:"), signal.getNumber())) {
                Libc.call("signal", signal.getNumber(), SIG_DFL, 0);
            }
            Signal.handle(signal, ignored -> handler.run());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a signal is in a mask of /proc/self/status, a hexadecimal number. */
    static boolean isIgnored(@Nullable String mask, int signal) {
        return mask != null && (Long.parseUnsignedLong(mask, 16) >>> (signal - 1) & 1) != 0;
    }
}
