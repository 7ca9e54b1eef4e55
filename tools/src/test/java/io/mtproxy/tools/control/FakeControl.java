package io.mtproxy.tools.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A daemon's control socket that answers everybody with the same lines, whole or not, and hangs up. */
public final class FakeControl implements AutoCloseable {
    private final ServerSocketChannel listening;
    private final String answer;
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();

    /** Listens as if it were the process of this id. */
    public FakeControl(Path folder, long pid, String answer) throws IOException {
        this.answer = answer;
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(folder.resolve(pid + ".sock")));
        Thread.ofVirtual().name("fake control").start(this::serve);
    }

    private void serve() {
        while (listening.isOpen()) {
            try (SocketChannel client = listening.accept()) {
                String line = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8)).readLine();
                if (line != null) {
                    heard.add(line);
                }
                client.write(StandardCharsets.UTF_8.encode(answer));
            } catch (IOException e) {
                // closed, or the client has gone
            }
        }
    }

    /** The lines that came; one that was answered is among them. */
    public List<String> heard() {
        return List.copyOf(heard);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
