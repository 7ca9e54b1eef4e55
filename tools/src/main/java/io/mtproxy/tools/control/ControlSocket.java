package io.mtproxy.tools.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;

/**
 * How a running daemon is told something: one line to it, and lines from it, of which the last begins with {@code ok} or
 * {@code error}.
 *
 * @param path of the socket
 * @param pid of the daemon
 */
public record ControlSocket(Path path, long pid) {

    private static final String OK = "ok ";
    private static final String ERROR = "error ";

    /**
     * Sends a request and waits as long as the daemon takes for it.
     *
     * @param progress gets each line on the way
     * @return the result, without its first word
     * @throws IOException with the daemon's own words when it fails, or with why nobody could be asked
     */
    public String ask(String request, Consumer<String> progress) throws IOException {
        Ownership.check(path);
        UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            connect(channel);
            UserPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            if (!peer.equals(owner)) {
                throw new IOException(path + ": user " + peer.getName() + " listens there (expected: its owner, "
                        + owner.getName() + ")");
            }
            send(channel, request);
            return result(channel, progress);
        }
    }

    private void connect(SocketChannel channel) throws IOException {
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new IOException("process " + pid + " does not listen at " + path + ": " + e.getMessage(), e);
        }
    }

    private static void send(SocketChannel channel, String request) throws IOException {
        ByteBuffer line = StandardCharsets.UTF_8.encode(request + "\n");
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }

    private String result(SocketChannel channel, Consumer<String> progress) throws IOException {
        BufferedReader lines = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(OK)) {
                return line.substring(OK.length());
            }
            if (line.startsWith(ERROR)) {
                throw new IOException(line.substring(ERROR.length()));
            }
            progress.accept(line);
        }
        throw new IOException("process " + pid + " hung up before it told a result");
    }
}
