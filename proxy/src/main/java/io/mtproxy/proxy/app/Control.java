package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.log.LogStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The socket by which the operator speaks to the daemon, {@code <directory>/<pid>.sock}: for our own user and root. One request,
 * a line; then lines, the last of which begins with {@code ok} or {@code error}.
 */
final class Control implements AutoCloseable {
    private static final int LONGEST = 8192;
    private static final int REST_MILLIS = 100;
    /** For the last line to reach who asked; the process may end behind it. */
    private static final int LAST_MILLIS = 2_000;

    private final ServerSocketChannel server;
    private final Path path;
    /** Our own user, as the system names him. */
    private final String owner;
    private final Requests requests;
    private final Log log;

    /** Answers. */
    interface Requests {
        /**
         * One request. What it has told is sent before the last line is.
         *
         * @param words    of the request
         * @param progress takes lines to show meanwhile
         * @param last     takes the last one; the process may end behind it
         */
        void handle(String[] words, Consumer<String> progress, Consumer<String> last);
    }

    private Control(ServerSocketChannel server, Path path, String owner, Requests requests, Log log) {
        this.server = server;
        this.path = path;
        this.owner = owner;
        this.requests = requests;
        this.log = log;
    }

    /** Opens it; null when there is no place for it, which is told at level 1. */
    static @Nullable Control open(@Nullable Path directory, long pid, Requests requests, Log log) {
        if (directory == null) {
            return null;
        }
        Path path = directory.resolve(pid + ".sock");
        try {
            Files.deleteIfExists(path); // of a process that had this number before
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(path));
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            Control control = new Control(server, path, Files.getOwner(path).getName(), requests, log);
            Thread thread = new Thread(control::serve, "control");
            thread.setDaemon(true);
            thread.start();
            return control;
        } catch (IOException e) {
            log.line(1, "no control socket at " + path + ": " + LogStream.reason(e));
            return null;
        }
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread thread = new Thread(() -> answer(client), "control-request");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                rest(); // closed, or out of descriptors for the moment
            }
        }
    }

    private void rest() {
        try {
            Thread.sleep(REST_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(SocketChannel client) {
        try (client;
                Writer out = Channels.newWriter(client, StandardCharsets.UTF_8);
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8), LONGEST)) {
            String user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            if (!user.equals(owner) && !user.equals("root")) {
                say(out, "error you are " + user + ", expected " + owner + " or root");
                return;
            }
            String request = in.readLine();
            if (request != null) {
                Lines lines = new Lines();
                Thread thread = new Thread(() -> work(request, lines), "control-work");
                thread.setDaemon(true);
                thread.start();
                lines.tell(out);
            }
        } catch (IOException e) {
            log.line(1, "control socket: " + LogStream.reason(e));
        }
    }

    /** A program whose files were overwritten fails in strange ways. */
    private void work(String request, Lines lines) {
        try {
            requests.handle(request.strip().split(" ", 3), lines::progress, lines::last);
        } catch (RuntimeException | Error e) {
            log.line("control socket: " + request.strip() + ": " + e);
            lines.last("error " + e);
        }
    }

    /** What is said while somebody works: he does not wait for who asked, who may have stopped reading. */
    private static final class Lines {
        private static final int MOST = 64;

        private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST);
        private final CountDownLatch told = new CountDownLatch(1);

        /** Dropped when nobody reads. */
        void progress(String line) {
            if (lines.remainingCapacity() > 1) {
                lines.add(line);
            }
        }

        void last(String line) {
            lines.add(line); // there is room
            try {
                told.await(LAST_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Until the last one was said. */
        void tell(Writer out) {
            try {
                String line;
                do {
                    line = lines.take();
                    say(out, line);
                } while (!line.startsWith("ok") && !line.startsWith("error"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            told.countDown();
        }
    }

    private static void say(Writer out, String line) {
        try {
            out.write(line + '\n');
            out.flush();
        } catch (IOException e) {
            // nobody listens any more: what was begun goes on
        }
    }

    /** The file goes, too. */
    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.line(1, "control socket: " + LogStream.reason(e));
        }
    }
}
