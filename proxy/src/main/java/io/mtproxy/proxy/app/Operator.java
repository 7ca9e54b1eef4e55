package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.log.LogStream;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.os.ChildProcess;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the operator asks of the running daemon: {@code upgrade SECONDS PATH}, {@code drain SECONDS}, {@code status}; and what
 * SIGTERM asks of one that is set to drain.
 */
final class Operator implements Control.Requests {
    private static final int SECOND_MILLIS = 1000;
    private static final int FIRST_OF_CONTAINER = 1;

    private final Subject subject;
    private final Launch launch;
    private final long pid;
    private final Log log;
    private final ReentrantLock busy = new ReentrantLock();
    private final Set<Signal> missed = EnumSet.noneOf(Signal.class);
    private @Nullable Control control;
    private volatile @Nullable String lastLine;
    private boolean upgrading;
    private @Nullable ChildProcess successor;
    private volatile boolean doorsClosed;

    /** The daemon, as an operator sees it. Any thread. */
    interface Subject extends HandOver.Source {
        /** Connections of clients now. */
        int clients();

        /**
         * Accepts no more clients, and has stopped to when this returns.
         *
         * @param close whoever connects is refused; otherwise he is another process's
         */
        void stopAccepting(boolean close) throws IOException;

        /** Ends the main loop in order. */
        void stop();
    }

    Operator(Subject subject, Launch launch, long pid) {
        this.subject = subject;
        this.pid = pid;
        this.launch = launch;
        this.log = launch.log();
    }

    /** Listens from now on. The sessions of java.nio's loop cannot be handed over, but it could be drained by SIGTERM. */
    void open() {
        if (launch.loops().kind() != EventLoops.Kind.NIO) {
            control = Control.open(ControlDirectory.choose(System::getenv, log), pid, this, log);
        }
    }

    void close() {
        Control open = control;
        if (open != null) {
            open.close();
        }
    }

    /** With which the main loop has ended; null when we have not ended it. */
    @Nullable
    String lastLine() {
        return lastLine;
    }

    /** A signal has come to this process: one that takes over must hear of it, too. */
    void heard(Signal signal) {
        synchronized (missed) {
            if (successor != null) {
                successor.signal(signal);
            } else if (upgrading) {
                missed.add(signal);
            }
        }
    }

    private void beginUpgrade() {
        synchronized (missed) {
            upgrading = true;
            missed.clear();
        }
    }

    /** @param result null when it has failed */
    private void endUpgrade(Upgrade.@Nullable Result result) {
        synchronized (missed) {
            upgrading = false;
            if (result != null) {
                ChildProcess next = new ChildProcess(result.pid());
                missed.forEach(next::signal);
                successor = result.complete() ? next : null;
            }
        }
    }

    /**
     * SIGTERM has come. False when that ends the main loop at once: draining is not wished, or under way already. During an
     * upgrade it waits for the end of that; when it succeeds, the signal is the new process's.
     *
     * @param seconds how long clients have, 0 = not at all
     */
    boolean leave(int seconds) {
        if (seconds == 0 || doorsClosed) {
            return false;
        }
        heard(Signal.TERM);
        Thread thread = new Thread(() -> {
            busy.lock();
            try {
                alone(this::leaveAtOnce, () -> drain(seconds, line -> {}, log::line));
            } finally {
                busy.unlock();
            }
        }, "drain");
        thread.setDaemon(true);
        thread.start();
        return true;
    }

    @Override
    public void handle(String[] words, Consumer<String> progress, Consumer<String> last) {
        switch (words[0]) {
            case "status" -> last.accept("ok clients " + subject.clients());
            case "drain" -> alone(last, () -> drain(seconds(words, 1), progress, last));
            case "upgrade" -> alone(last, () -> upgrade(words, progress, last));
            default -> last.accept("error \"" + words[0] + "\" is unknown, expected upgrade, drain or status");
        }
    }

    private void leaveAtOnce(String line) {
        subject.stop(); // it could not drain
    }

    private interface Work {
        void run() throws IOException;
    }

    private void alone(Consumer<String> last, Work work) {
        if (!busy.tryLock()) {
            last.accept("error another request is under way");
            return;
        }
        try {
            work.run();
        } catch (IOException | RuntimeException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            log.line("nothing has changed: " + why);
            last.accept("error " + why);
        } finally {
            busy.unlock();
        }
    }

    private static int seconds(String[] words, int at) {
        if (at < words.length && words[at].matches("[0-9]{1,8}")) {
            return Integer.parseInt(words[at]);
        }
        throw new IllegalArgumentException((at < words.length ? '"' + words[at] + '"' : "nothing")
                + " is given, expected a number of seconds");
    }

    private void drain(int seconds, Consumer<String> progress, Consumer<String> last) {
        log.line("draining: no new clients, the others have " + seconds + " s");
        closeDoors(true);
        String line = left(seconds, progress);
        last.accept("ok " + line);
        end(line);
    }

    /** What goes on accepting all the same is told; nothing can be taken back any more. */
    private void closeDoors(boolean close) {
        doorsClosed = true;
        try {
            subject.stopAccepting(close);
        } catch (IOException e) {
            log.line("not everything has stopped accepting: " + LogStream.reason(e));
        }
    }

    private void end(String line) {
        lastLine = line;
        subject.stop();
    }

    /** Waits for the end of all sessions, or for the deadline. */
    private String left(int seconds, Consumer<String> progress) {
        long deadline = System.nanoTime() + seconds * 1_000_000_000L;
        int clients = subject.clients();
        while (clients > 0 && System.nanoTime() < deadline) {
            progress.accept("left " + clients);
            try {
                Thread.sleep(Math.clamp((deadline - System.nanoTime()) / 1_000_000, 1, SECOND_MILLIS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            clients = subject.clients();
        }
        return clients == 0 ? "drained" : "drained as far as it went, clients left: " + clients;
    }

    private void upgrade(String[] words, Consumer<String> progress, Consumer<String> last) throws IOException {
        int seconds = seconds(words, 1);
        Path launcher = launcher(words.length < 3 ? "-" : words[2]);
        if (pid == FIRST_OF_CONTAINER) {
            throw new IOException("this process is number 1 of its container, which ends with it: "
                    + "start it below an init (docker run --init), or replace the container");
        }
        log.line("upgrade: starting " + launcher);
        beginUpgrade();
        Upgrade.Result result = null;
        try {
            result = new Upgrade(subject).run(launcher);
        } finally {
            endUpgrade(result);
        }
        ServiceManager manager = ServiceManager.of(System::getenv, pid, log);
        if (manager != null) { // before we end, or the service would count as ended
            manager.mainPid(result.pid());
        }
        log.line("upgrade: " + result.text());
        if (result.complete()) {
            last.accept("ok " + result.text());
            close();
            vanish();
            return;
        }
        closeDoors(false);
        progress.accept(result.text() + ", which does not know our sessions: they have " + seconds + " s");
        String line = left(seconds, progress);
        last.accept("ok " + result.text() + ", and we are " + line);
        end(line);
    }

    /** All is another process's: this one ends at once. The system closes our descriptors, which ends no connection. */
    static void vanish() {
        Runtime.getRuntime().halt(0);
    }

    private static Path launcher(String given) {
        Path launcher = Path.of(given.equals("-") ? System.getProperty("mtproxy.argv0", "") : given).toAbsolutePath();
        if (!Files.isRegularFile(launcher) || !Files.isExecutable(launcher)) {
            throw new IllegalArgumentException(launcher + " is no program, expected the launcher of the new version");
        }
        return launcher;
    }
}
