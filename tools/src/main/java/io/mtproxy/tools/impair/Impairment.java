package io.mtproxy.tools.impair;

import io.mtproxy.tools.process.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A proxy behind relays: started with other ports than it was asked to take, which the relays take instead.
 *
 * @param delay of every byte in each direction
 * @param cutPercent of the connections that are closed at once
 * @param cutAt which piece of what the proxy sends to a client closes its connection instead of arriving; 0: none
 * @param startDelay before the proxy is started
 * @param stopDelay between SIGTERM and the proxy hearing of it
 */
public record Impairment(Duration delay, int cutPercent, int cutAt, Duration startDelay, Duration stopDelay) {

    /**
     * Runs a proxy until it ends. SIGTERM and SIGHUP of this process are passed on.
     *
     * @param command its command line, with {@code -H PORT} and {@code -p PORT} as words of their own
     * @return its exit code
     */
    public int run(List<String> command) throws IOException, InterruptedException {
        Thread.sleep(startDelay);
        List<String> words = new ArrayList<>(command);
        relay(words, "-H", cutAt);
        relay(words, "-p", 0);
        Process process = new ProcessBuilder(words).inheritIO().start();
        HangUp.handle(() -> hangUp(process));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process), "stop"));
        return process.waitFor();
    }

    /** Takes the port of an option and gives the proxy another; the relay lives as long as this process. */
    private void relay(List<String> words, String option, int cut) throws IOException {
        int at = words.indexOf(option) + 1;
        if (at == 0 || at == words.size()) {
            throw new IllegalArgumentException("no " + option + " PORT in the command line");
        }
        int inner = FreePort.find();
        int outer = Integer.parseInt(words.set(at, String.valueOf(inner)));
        Relay.start(outer, inner, delay, cutPercent, cut);
    }

    private static void hangUp(Process process) {
        try {
            new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).inheritIO().start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shutdown hook: whoever started us waits for our end, and ours comes after the proxy's. */
    private void stop(Process process) {
        try {
            if (process.isAlive()) {
                Thread.sleep(stopDelay);
                process.destroy();
                process.waitFor(10, TimeUnit.SECONDS);
                Runtime.getRuntime().halt(process.isAlive() ? 1 : process.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
