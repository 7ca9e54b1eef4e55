package io.mtproxy.proxy.os;

import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Signal handlers. */
public final class Signals {
    private static final int SIG_DFL = 0;

    private Signals() {}

    /** Takes signals. */
    public interface Handler {
        /**
         * A signal has arrived; each arrival has a thread of its own.
         *
         * @param name without SIG
         */
        void received(String name);
    }

    /** Not a lambda: the first one of a process costs more than all of this. */
    private record Adapter(Handler handler) implements SignalHandler {
        @Override
        public void handle(Signal signal) {
            handler.received(signal.getName());
        }
    }

    /**
     * Calls a handler on every arrival of a signal.
     *
     * <p>
     * A signal that was ignored when the JVM started ({@code nohup}, a shell's {@code cmd &}) would never arrive although
     * installing succeeds, so an inherited ignore is taken back first, as a C program does by installing its handler.
     *
     * @param name without SIG: TERM, INT, HUP, USR1
     * @return false when this system or the JVM's options do not allow it
     */
    public static boolean handle(String name, Handler handler) {
        try {
            Signal signal = new Signal(name);
            takeBackIgnore(signal);
            Signal.handle(signal, new Adapter(handler));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Lets this process learn how its children end, also when whoever started it did not care for his. */
    public static void watchChildren() {
        takeBackIgnore(new Signal("CHLD"));
    }

    private static void takeBackIgnore(Signal signal) {
        if (isIgnored(ProcSelf.field(ProcSelf.read("status"), "SigIgn:"), signal.getNumber())) {
            Libc.call("signal", signal.getNumber(), SIG_DFL, 0);
        }
    }

    /** Makes a signal have no effect. */
    public static void ignore(String name) {
        try {
            Signal.handle(new Signal(name), SignalHandler.SIG_IGN);
        } catch (IllegalArgumentException e) {
            // a system without it cannot send it
        }
    }

    /** Whether a signal is in a mask of /proc/self/status, a hexadecimal number. */
    static boolean isIgnored(@Nullable String mask, int signal) {
        return mask != null && (Long.parseUnsignedLong(mask, 16) >>> (signal - 1) & 1) != 0;
    }
}
