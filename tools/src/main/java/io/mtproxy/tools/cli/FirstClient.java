package io.mtproxy.tools.cli;

import io.mtproxy.tools.cli.DirectCheck.Outcome;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Of a daemon in direct mode that is starting now: waits for it, asks Telegram through it, and tells the operator what came of
 * that and which links to give to users.
 */
final class FirstClient {

    private static final Duration START = Duration.ofSeconds(60);

    private final PrintWriter out;
    private final long pid;
    private final int statsPort;

    /** @param pid the daemon's */
    FirstClient(PrintWriter out, long pid, int statsPort) {
        this.out = out;
        this.pid = pid;
        this.statsPort = statsPort;
    }

    /** Does it serve? It said itself why not, when it does not even start. */
    boolean awaitDaemon() {
        try {
            Await.until("the daemon serves", START, () -> !alive() || answers());
            return alive();
        } catch (IllegalStateException e) {
            return alive(); // its statistics may be elsewhere, or many of them waited for
        }
    }

    private boolean alive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** That one, not another one at its ports. */
    private boolean answers() {
        try {
            return ProxyStats.read(statsPort).number("pid") == pid;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Says whether Telegram answers. */
    void report(DirectCheck check) throws InterruptedException {
        List<Outcome> outcomes = check.run();
        List<Outcome> failed = outcomes.stream().filter(outcome -> !outcome.answered()).toList();
        if (failed.size() < outcomes.size()) {
            out.println("Telegram answers through this proxy: data centre " + outcomes.stream()
                    .filter(Outcome::answered)
                    .map(outcome -> outcome.dc() + " after " + outcome.time().toMillis() + " ms")
                    .collect(Collectors.joining(", ")));
        }
        for (Outcome outcome : failed) {
            out.println("Data centre " + outcome.dc() + " does not answer through this proxy: " + outcome.failure());
            outcome.attempts().forEach(attempt -> out.println("  " + attempt));
        }
        if (failed.size() == outcomes.size()) {
            out.println("Telegram cannot be reached from here. The proxy runs, and serves as soon as it can.");
            out.println("Without the internet this shows all of it:     mtproxyctl demo --keep");
            out.println("or, for a proxy of your own beside it:         mtproxyctl simulate --data-centre --dir DIR");
        }
        out.flush();
    }
}
