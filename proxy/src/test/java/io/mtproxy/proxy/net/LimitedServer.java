package io.mtproxy.proxy.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/**
 * A process that echoes: the test gives it few descriptors. Prints its port; then reads numbers, each of which it answers
 * with its counters as soon as it has failed so often to accept.
 */
final class LimitedServer {
    private LimitedServer() {}

    public static void main(String[] args) throws Exception {
        EventLoops loops = EventLoops.choose(args[0]);
        EventLoop loop = loops.create(Throwable::printStackTrace);
        Listener listener = loops.listen(new InetSocketAddress("127.0.0.1", 0), 500, SocketSettings.DEFAULT);
        loop.listen(listener, (on, peer) -> {
            Probe p = new Probe(on, peer) {
                @Override
                protected void halfClosed() {
                    on.close(this);
                }
            };
            p.echo = true;
            return p;
        });
        new Thread(loop::run).start();
        loadClasses(loop, listener.address().port());
        System.out.println(listener.address().port());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            long failures = Long.parseLong(line);
            loop.execute(() -> answer(loop, failures));
        }
        System.exit(0);
    }

    private static void answer(EventLoop loop, long failures) {
        LoopMetrics m = loop.metrics();
        if (m.acceptFailures() < failures) {
            loop.after(20, () -> answer(loop, failures));
        } else {
            System.out.println(m.acceptFailures() + " " + m.polls());
        }
    }

    /** Classes come from files, and soon no file can be opened. */
    private static void loadClasses(EventLoop loop, int port) throws IOException, InterruptedException {
        try (Socket s = new Socket("127.0.0.1", port)) {
            s.getOutputStream().write(1);
            s.getInputStream().read();
        }
        CountDownLatch fired = new CountDownLatch(1);
        loop.execute(() -> loop.after(1, fired::countDown));
        fired.await();
    }
}
