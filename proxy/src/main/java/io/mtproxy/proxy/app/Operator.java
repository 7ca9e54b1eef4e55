package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** What the operator asks of the running daemon: {@code upgrade SECONDS PATH}, {@code drain SECONDS}, {@code status}. */
final class Operator implements Control.Requests {
    private static final int SECOND_MILLIS = 1000;

    private final Subject subject;
    private final Log log;
    private final ReentrantLock busy = new ReentrantLock();

    /** The daemon, as an operator sees it. Any thread. */
    interface Subject {
        /** Connections of clients now. */
        int clients();

        /** Accepts no more clients; whoever connects is refused, or another process's. */
        void stopAccepting(boolean close);

        /** Ends the main loop in order, with this line in the log. */
        void end(String line);

        /** See {@link Upgrade#run}. */
        Upgrade.Result upgrade(Path launcher) throws IOException;

        /** All is another process's: this one ends at once, touching nothing. */
        void vanish(Upgrade.Result result);
    }

    Operator(Subject subject, Log log) {
        this.subject = subject;
        this.log = log;
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
        } catch (IOException | IllegalArgumentException e) {
            log.line("nothing has changed: " + e.getMessage());
            last.accept("error " + e.getMessage());
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
        subject.stopAccepting(true);
        last.accept("ok " + left(seconds, progress));
    }

    /** Waits for the end of all sessions, or for the deadline; then ends the main loop. */
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
        String line = clients == 0 ? "drained" : "drained as far as it went: " + clients + " clients left";
        subject.end(line);
        return line;
    }

    private void upgrade(String[] words, Consumer<String> progress, Consumer<String> last) throws IOException {
        int seconds = seconds(words, 1);
        Path launcher = launcher(words.length < 3 ? "-" : words[2]);
        log.line("upgrade: starting " + launcher);
        Upgrade.Result result = subject.upgrade(launcher);
        log.line("upgrade: " + result.text());
        if (result.complete()) {
            last.accept("ok " + result.text());
            subject.vanish(result);
            return;
        }
        progress.accept(result.text() + ", which does not know our sessions: they have " + seconds + " s");
        subject.stopAccepting(false);
        last.accept("ok " + result.text() + ", and we are " + left(seconds, progress));
    }

    private static Path launcher(String given) {
        Path launcher = Path.of(given.equals("-") ? System.getProperty("mtproxy.argv0", "") : given).toAbsolutePath();
        if (!Files.isRegularFile(launcher) || !Files.isExecutable(launcher)) {
            throw new IllegalArgumentException(launcher + " is no program, expected the launcher of the new version");
        }
        return launcher;
    }
}
