package io.mtproxy.tools.impair;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes on the bytes of TCP connections between two ports of the loopback, later than they came, and cuts off a part of
 * the connections. Order and content stay. Any thread.
 */
public final class Relay implements Closeable {

    private static final int BACKLOG = 512;
    private static final int CHUNK = 64 * 1024;
    /** Chunks under way in one direction of a connection; more wait in the sockets. */
    private static final int UNDER_WAY = 256;

    private final ServerSocket server;
    private final int target;
    private final Duration delay;
    private final int cutPercent;
    private final int cutAt;

    /** Bytes that came at a time; no bytes: the end. */
    private record Chunk(byte[] bytes, long due) {}

    private Relay(ServerSocket server, int target, Duration delay, int cutPercent, int cutAt) {
        this.server = server;
        this.target = target;
        this.delay = delay;
        this.cutPercent = cutPercent;
        this.cutAt = cutAt;
    }

    /**
     * Listens.
     *
     * @param port where
     * @param target where to
     * @param delay of every byte, in each direction
     * @param cutPercent of the connections that are closed at once
     * @param cutAt which piece of what the target sends ends a connection instead of being passed on; 0: none
     */
    static Relay start(int port, int target, Duration delay, int cutPercent, int cutAt) throws IOException {
        Relay relay = new Relay(new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress()), target, delay,
                cutPercent, cutAt);
        Thread.ofVirtual().name("relay " + port).start(relay::accept);
        return relay;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        try {
            for (long number = 1; !server.isClosed(); number++) {
                Socket client = server.accept();
                boolean cut = isCut(number);
                Thread.ofVirtual().start(() -> serve(client, cut));
            }
        } catch (IOException e) {
            // closed: nobody comes any more
            return;
        }
    }

    /** Not drawn but counted, so that also a few connections are sure to have their part. */
    private boolean isCut(long number) {
        return number * cutPercent / 100 > (number - 1) * cutPercent / 100;
    }

    private void serve(Socket client, boolean cut) {
        try (client; Socket proxy = new Socket()) {
            if (cut) {
                return;
            }
            client.setTcpNoDelay(true);
            proxy.setTcpNoDelay(true);
            proxy.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            Thread up = Thread.ofVirtual().start(() -> pass(client, proxy, 0));
            pass(proxy, client, cutAt);
            up.join();
        } catch (IOException e) {
            // one of the two is gone, and the other with it
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(Socket from, Socket to, int last) {
        BlockingQueue<Chunk> queue = new LinkedBlockingQueue<>(UNDER_WAY);
        Thread reader = Thread.ofVirtual().start(() -> read(from, queue));
        try {
            OutputStream out = to.getOutputStream();
            int pieces = 0;
            for (Chunk chunk = queue.take(); chunk.bytes().length > 0; chunk = queue.take()) {
                for (long left = chunk.due() - System.nanoTime(); left > 0; left = chunk.due() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                if (++pieces == last) {
                    close(from);
                    close(to);
                    return;
                }
                out.write(chunk.bytes());
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reader.interrupt();
        }
    }

    private void read(Socket from, BlockingQueue<Chunk> queue) {
        byte[] b = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            for (int read = in.read(b); read > 0; read = in.read(b)) {
                queue.put(new Chunk(Arrays.copyOf(b, read), System.nanoTime() + delay.toNanos()));
            }
            queue.put(new Chunk(new byte[0], 0));
        } catch (IOException e) {
            queue.clear();
            queue.add(new Chunk(new byte[0], 0));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // closed is closed
            return;
        }
    }
}
