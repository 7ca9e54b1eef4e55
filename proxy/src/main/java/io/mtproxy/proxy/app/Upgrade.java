package io.mtproxy.proxy.app;

import io.mtproxy.proxy.handover.Channel;
import io.mtproxy.proxy.handover.Channel.Word;
import io.mtproxy.proxy.os.ChildProcess;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.os.OsException;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.os.Signals;
import io.mtproxy.proxy.os.Spawner;
import io.mtproxy.proxy.os.UnixSocket;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The old process of an upgrade: starts the new one with our arguments, gives it the listening sockets, and, when it is ready,
 * stands still and gives it all sessions. Up to its last word everything can be taken back: this process goes on as if nothing
 * had been.
 */
final class Upgrade {
    private static final int END_MILLIS = 2_000;
    private static final int LOOK_MILLIS = 5;
    private static final List<String> OURS_ALONE = List.of(Takeover.VARIABLE, "LISTEN_FDS", "LISTEN_PID",
            "LISTEN_FDNAMES", "WATCHDOG_PID");

    private final HandOver.Source source;

    /**
     * How it went.
     *
     * @param complete the sessions are the new process's; otherwise only the sockets are
     * @param text     for the operator
     */
    record Result(long pid, boolean complete, String text) {}

    Upgrade(HandOver.Source source) {
        this.source = source;
    }

    /**
     * Returns when the new process has all that it can take. This one then touches no socket any more if that was all.
     *
     * @param launcher the program to start
     * @throws IOException when nothing has changed, with the reason
     */
    Result run(Path launcher) throws IOException {
        UnixSocket[] ends = UnixSocket.pair();
        ChildProcess child;
        try (UnixSocket theirs = ends[1]) {
            Signals.watchChildren();
            child = start(launcher, theirs.descriptor());
        } catch (IOException | RuntimeException e) {
            ends[0].close();
            throw e;
        }
        try (Channel channel = new Channel(ends[0])) {
            return handOver(child, channel);
        } catch (EOFException e) {
            throw new IOException("the new process " + end(child), e);
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; the new process " + end(child), e);
        }
    }

    private Result handOver(ChildProcess child, Channel channel) throws IOException {
        HandOver handOver = new HandOver(source, channel, () -> end(child));
        if (!handOver.agree()) {
            channel.hear(Word.SERVING);
            return new Result(child.pid(), false, "pid " + child.pid() + " accepts from now on");
        }
        handOver.awaitReady();
        HandOver.Estate given = handOver.give();
        return new Result(child.pid(), true, String.format(Locale.ROOT,
                "handed over to pid %d: %d clients, %d links; frozen %d ms", child.pid(), given.clients(),
                given.links(), handOver.frozenMillis()));
    }

    private static ChildProcess start(Path launcher, int descriptor) throws IOException {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(launcher.toString().getBytes(StandardCharsets.UTF_8));
        arguments.addAll(ownArguments(OwnProcess.commandLine()));
        List<byte[]> environment = new ArrayList<>();
        for (byte[] each : OwnProcess.environment()) {
            String name = new String(each, StandardCharsets.ISO_8859_1).replaceFirst("=.*", "");
            if (!OURS_ALONE.contains(name)) {
                environment.add(each);
            }
        }
        environment.add((Takeover.VARIABLE + '=' + Spawner.FIRST).getBytes(StandardCharsets.US_ASCII));
        try (Spawner spawner = new Spawner(List.of(descriptor))) {
            return new ChildProcess(spawner.spawn(launcher.toString(), arguments, environment));
        } catch (OsException e) {
            throw new IOException("cannot start " + launcher + ": " + e.reason(), e);
        }
    }

    /** Behind the name of the main class. */
    static List<byte[]> ownArguments(List<byte[]> commandLine) {
        for (int i = 0; i < commandLine.size(); i++) {
            if (new String(commandLine.get(i), StandardCharsets.UTF_8).equals(Main.class.getName())) {
                return commandLine.subList(i + 1, commandLine.size());
            }
        }
        throw new IllegalStateException("our own command line does not name " + Main.class.getName());
    }

    /** Sees to it that it has ended; how it did. */
    private static String end(ChildProcess child) {
        try {
            for (int waited = 0; child.running(); waited += LOOK_MILLIS) {
                if (waited == END_MILLIS) {
                    child.signal(Signal.KILL);
                } else if (waited > 2 * END_MILLIS) {
                    return "was killed, and the system has not ended it yet"; // it runs no more code of ours
                }
                Thread.sleep(LOOK_MILLIS);
            }
            return child.end() + "; its reason stands in the log";
        } catch (OsException e) {
            return "has gone: " + e.reason();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            child.signal(Signal.KILL);
            return "was given up";
        }
    }
}
