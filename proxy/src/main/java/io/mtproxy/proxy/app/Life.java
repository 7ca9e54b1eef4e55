package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.Signals;
import org.jspecify.annotations.Nullable;

/**
 * The life of the process after its start: what signals do. Handlers run in threads of the JVM, one per arrival.
 *
 * <p>
 * Before {@link #begin} a TERM or INT ends the process at once; HUP and USR1 wait for the main loop.
 */
final class Life {
    private final Log log;
    private final Object lock = new Object();
    /** Held while a reload reads files and asks for names, which must not keep a TERM waiting. */
    private final Object reloading = new Object();
    private @Nullable Engine engine;
    private @Nullable Launch launch;
    private boolean term;
    private boolean interrupt;
    private boolean reload;
    private boolean reopen;

    Life(Log log) {
        this.log = log;
    }

    /** Installs the handlers. */
    void install() {
        Signals.handle("TERM", this::onTerm);
        Signals.handle("INT", this::onInterrupt);
        Signals.handle("HUP", this::onHangUp);
        Signals.handle("USR1", this::onUser1);
    }

    /** The main loop is about to begin: from here on signals act on the engine. */
    void begin(Engine running, Launch of) {
        boolean reloadNow;
        boolean reopenNow;
        synchronized (lock) {
            engine = running;
            launch = of;
            reloadNow = reload;
            reopenNow = reopen;
        }
        if (reloadNow) {
            reload(running, of);
        }
        if (reopenNow) {
            of.logFile().reopen();
        }
    }

    /** The line that names the signal which ended the main loop, TERM first; null when none did. */
    @Nullable
    String lastLine() {
        synchronized (lock) {
            if (term) {
                return "Terminated by SIGTERM.";
            }
            return interrupt ? "Terminated by SIGINT." : null;
        }
    }

    private void onTerm() {
        synchronized (lock) {
            Engine running = handled("SIGTERM", term);
            term = true;
            running.stop();
        }
    }

    private void onInterrupt() {
        synchronized (lock) {
            Engine running = handled("SIGINT", interrupt);
            interrupt = true;
            running.stop();
        }
    }

    /** Says that a signal is handled; too early or for the second time it ends the process. */
    private Engine handled(String signal, boolean again) {
        Engine running = engine;
        if (running == null || again) {
            log.signal(signal + " handled immediately.");
            Runtime.getRuntime().halt(1);
            throw new IllegalStateException("halted");
        }
        log.signal(signal + " handled.");
        return running;
    }

    private void onHangUp() {
        log.signal("received signal 01");
        Engine running;
        Launch of;
        synchronized (lock) {
            running = engine;
            of = launch;
            reload = true;
        }
        if (running != null && of != null) {
            reload(running, of);
        }
    }

    private void onUser1() {
        log.signal("received signal 10");
        Launch of;
        synchronized (lock) {
            of = launch;
            reopen = true;
        }
        if (of != null) {
            of.logFile().reopen();
        }
    }

    private void reload(Engine running, Launch of) {
        synchronized (reloading) {
            Reload.apply(of.settings(), running, log, System.currentTimeMillis() / 1000);
        }
    }
}
