package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.log.LogStream;
import io.mtproxy.proxy.os.NotifySocket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who started us and wants to hear how we are: systemd, or one that speaks like it. It is told when we serve, that all event
 * loops turn (the watchdog), when we stop, and which process is the service. What it does not hear costs us nothing but a line.
 * Any thread.
 */
final class ServiceManager {
    private final NotifySocket socket;
    private final long pid;
    private final long watchMicros;
    private final Log log;
    private volatile boolean complained;

    private ServiceManager(NotifySocket socket, long pid, long watchMicros, Log log) {
        this.socket = socket;
        this.pid = pid;
        this.watchMicros = watchMicros;
        this.log = log;
    }

    /**
     * The one of NOTIFY_SOCKET; null when there is none, or none that can be spoken to, which is told at level 1.
     *
     * @param environment the value of a variable, null when it is not set
     * @param pid         this process
     */
    static @Nullable ServiceManager of(UnaryOperator<@Nullable String> environment, long pid, Log log) {
        String name = environment.apply("NOTIFY_SOCKET");
        if (name == null || name.isEmpty()) {
            return null;
        }
        try {
            return new ServiceManager(NotifySocket.of(name), pid, watchMicros(environment, pid, log), log);
        } catch (IOException e) {
            log.warning(1, "no service manager at " + name + ": " + LogStream.reason(e));
            return null;
        }
    }

    /** How often the manager wants to hear that all is well; 0 = never. */
    private static long watchMicros(UnaryOperator<@Nullable String> environment, long pid, Log log) {
        String micros = environment.apply("WATCHDOG_USEC");
        String whose = environment.apply("WATCHDOG_PID");
        if (micros == null || (whose != null && !whose.equals(Long.toString(pid)))) {
            return 0;
        }
        if (!micros.matches("[0-9]{1,18}")) {
            log.warning(1, "WATCHDOG_USEC is \"" + micros + "\", expected a number");
            return 0;
        }
        return Long.parseLong(micros);
    }

    /** We serve, and are the process of the service. */
    void ready() {
        tell("READY=1\nMAINPID=" + pid + "\nSTATUS=Serving");
    }

    /** The engine is about to run: from now on it is watched, if the manager has asked for it. Once. */
    void watch(Engine engine) {
        if (watchMicros > 0) {
            Thread thread = new Thread(() -> beat(engine), "watchdog");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** An ordered stop has begun. */
    void stopping() {
        tell("STOPPING=1\nSTATUS=Stopping");
    }

    /** Another process is the service from now on. */
    void mainPid(long other) {
        tell("MAINPID=" + other);
    }

    /** Twice as often as it must be: one word may come late. */
    private void beat(Engine engine) {
        try {
            while (true) {
                if (engine.alive()) {
                    tell("WATCHDOG=1");
                }
                TimeUnit.MICROSECONDS.sleep(watchMicros / 2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String text) {
        try {
            socket.send(text);
        } catch (IOException e) {
            if (!complained) { // the watchdog would repeat it for ever
                complained = true;
                log.warning(1, "the service manager does not hear us: " + LogStream.reason(e));
            }
        }
    }
}
