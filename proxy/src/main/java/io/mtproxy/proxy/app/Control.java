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
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * The socket by which the operator speaks to the daemon, {@code <directory>/<pid>.sock}: for our own user and root. One request,
 * a line; then lines, the last of which begins with {@code ok} or {@code error}.
 */
final class Control implements AutoCloseable {
    private static final int LONGEST = 8192;

    private final ServerSocketChannel server;
    private final Path path;
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

    private Control(ServerSocketChannel server, Path path, Requests requests, Log log) {
        this.server = server;
        this.path = path;
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
            Control control = new Control(server, path, requests, log);
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
                return; // closed
            }
        }
    }

    private void answer(SocketChannel client) {
        try (client;
                Writer out = Channels.newWriter(client, StandardCharsets.UTF_8);
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8), LONGEST)) {
            String user = client.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
            String owner = Files.getOwner(path).getName();
            if (!user.equals(owner) && !user.equals("root")) {
                say(out, "error you are " + user + ", expected " + owner + " or root");
                return;
            }
            String request = in.readLine();
            if (request != null) {
                requests.handle(request.strip().split(" ", 3), line -> say(out, line), line -> say(out, line));
            }
        } catch (IOException e) {
            log.line(1, "control socket: " + LogStream.reason(e));
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
