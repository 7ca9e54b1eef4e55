package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.os.Signals;
import io.mtproxy.proxy.supervisor.WorkerContext;
import org.jspecify.annotations.Nullable;

/**
 * The life of the process after its start: what signals do. They arrive in threads of the JVM, one per arrival.
 *
 * <p>
 * Before {@link #begin} a TERM or INT ends the process at once; HUP and USR1 wait for the main loop.
 */
final class Life implements Signals.Handler, WorkerContext.Orphaned {
    /**
     * A repetition so soon is the same request: {@code timeout}, {@code docker} and others signal a process and then its
     * group. For C the kernel merges such a pair.
     */
    private static final long SAME_NANOS = 50_000_000;

    private final Log log;
    private final Host host;
    private final Object lock = new Object();
    /** Held while a reload reads files and asks for names, which must not keep a TERM waiting. */
    private final Object reloading = new Object();
    private @Nullable Engine engine;
    private @Nullable Launch launch;
    private @Nullable ServiceManager manager;
    private @Nullable Stop term;
    private @Nullable Stop interrupt;
    private boolean reload;
    private boolean reloadWaits;
    private boolean reopen;

    /** A request to stop, and when it came. */
    private record Stop(long nanos) {}

    /** Time and the end of the process, so that tests can have their own. */
    static class Host {
        long nanoTime() {
            return System.nanoTime();
        }

        void halt(int code) {
            Runtime.getRuntime().halt(code);
        }
    }

    Life(Log log, Host host) {
        this.log = log;
        this.host = host;
    }

    /** Installs the handlers. */
    void install() {
        Signals.handle("TERM", this);
        Signals.handle("INT", this);
        Signals.handle("HUP", this);
        Signals.handle("USR1", this);
        Signals.ignore("IO");
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
        if (log.on(1)) {
            Signals.handle("CHLD", this);
        }
        if (reloadNow) {
            reload(running, of);
        }
        if (reopenNow) {
            reopen(running, of);
        }
    }

    /** An ordered stop will be told there. */
    void reportTo(ServiceManager to) {
        synchronized (lock) {
            manager = to;
        }
    }

    @Override
    public void orphaned(String line) {
        log.line(line);
        host.halt(1);
    }

    /** The line that names the signal which ended the main loop, TERM first; null when none did. */
    @Nullable
    String lastLine() {
        synchronized (lock) {
            if (term != null) {
                return "Terminated by SIGTERM.";
            }
            return interrupt != null ? "Terminated by SIGINT." : null;
        }
    }

    @Override
    public void received(String name) {
        switch (name) {
            case "TERM" -> {
                synchronized (lock) {
                    term = stop("SIGTERM", term);
                }
            }
            case "INT" -> {
                synchronized (lock) {
                    interrupt = stop("SIGINT", interrupt);
                }
            }
            case "HUP" -> hangUp();
            case "USR1" -> user1();
            default -> log.signal("received signal 17");
        }
    }

    /** Stops the engine; too early, or for the second time, ends the process at once. */
    private Stop stop(String signal, @Nullable Stop before) {
        Stop now = new Stop(host.nanoTime());
        if (before != null && now.nanos() - before.nanos() < SAME_NANOS) {
            return before;
        }
        Engine running = engine;
        if (running == null || before != null) {
            log.signal(signal + " handled immediately.");
            host.halt(1);
        } else {
            log.signal(signal + " handled.");
            if (manager != null) {
                manager.stopping();
            }
            if (!running.leave()) {
                running.stop();
            }
        }
        return now;
    }

    private void hangUp() {
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
            if (of.refreshing() != null) {
                of.refreshing().now();
            }
        }
    }

    /**
     * Another config or secret was fetched: it is taken over as at SIGHUP, by workers, too.
     *
     * @return why that was not possible; null when it is in use
     */
    @Nullable
    String refreshed() {
        Engine running;
        Launch of;
        synchronized (lock) {
            running = engine;
            of = launch;
        }
        if (running == null || of == null) {
            return "the main loop has not begun";
        }
        synchronized (reloading) {
            running.forward(Signal.HUP);
            Reload.apply(of.settings(), of.refreshing(), running, log, of.configs(), System.currentTimeMillis() / 1000);
            String error = of.configs().view().lastError();
            return error.isEmpty() ? null : error;
        }
    }

    private void user1() {
        log.signal("received signal 10");
        Engine running;
        Launch of;
        synchronized (lock) {
            running = engine;
            of = launch;
            reopen = true;
        }
        if (running != null && of != null) {
            reopen(running, of);
        }
    }

    private static void reopen(Engine running, Launch of) {
        of.logFile().reopen();
        running.forward(Signal.USR1);
    }

    private void reload(Engine running, Launch of) {
        running.forward(Signal.HUP);
        synchronized (lock) {
            if (reloadWaits) {
                return; // it will read what the files say by then
            }
            reloadWaits = true;
        }
        synchronized (reloading) {
            synchronized (lock) {
                reloadWaits = false;
            }
            Reload.apply(of.settings(), of.refreshing(), running, log, of.configs(), System.currentTimeMillis() / 1000);
        }
    }
}
