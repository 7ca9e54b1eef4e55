package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.net.SocketSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Through a splice everything is as without it, on both loops. */
@ParameterizedClass
@ValueSource(strings = {"epoll", "nio"})
@Timeout(30)
class SpliceTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Visitor> visitors = new LinkedBlockingQueue<>();
    private final Counters counters = new Counters();
    private final ServerSocket site = new ServerSocket(0, 100, HERE);
    private final EventLoop loop;
    private final Listener listener;
    private final Splices splices;
    private final Thread thread;

    SpliceTest(String kind) throws IOException {
        EventLoops loops = EventLoops.choose(kind);
        loop = loops.create(bugs::add);
        listener = loops.listen(new InetSocketAddress(HERE, 0), 100, SocketSettings.DEFAULT);
        splices = new Splices(loop, counters, null, 3, 0);
        loop.listen(listener, (on, peer) -> new Visitor());
        thread = new Thread(loop::run);
        thread.start();
    }

    @AfterEach
    void end() throws Exception {
        site.close();
        onLoop(splices::close);
        loop.stop();
        thread.join();
        loop.close();
        listener.close();
        assertThat(bugs).isEmpty();
        assertThat(loop.buffers().chunksInUse()).isZero();
        assertThat(counters.get(Counter.SPLICES)).isZero();
    }

    /** Passes everything on from the first moment. */
    private final class Visitor extends Connection implements Splice.Owner {
        private final BlockingQueue<Splice.Outcome> over = new LinkedBlockingQueue<>();
        private Splice splice;

        Visitor() {
            super(SpliceTest.this.loop);
        }

        @Override
        protected void connected() {
            splice = splices.begin(this, Endpoint.NONE, this, new InetSocketAddress(HERE, site.getLocalPort()));
            visitors.add(this);
        }

        @Override
        protected void data(byte[] b, int off, int len) {
            splice.fromClient(b, off, len);
        }

        @Override
        protected void halfClosed() {
            splice.clientEnded();
        }

        @Override
        protected void writable() {
            splice.flushToClient();
        }

        @Override
        protected void flush() {
            splice.flushToClient();
        }

        @Override
        protected void failed(IOException cause) {
            splice.abort();
            loop.close(this);
        }

        @Override
        public void siteActs() {}

        @Override
        public void over(Splice.Outcome outcome) {
            over.add(outcome);
            if (outcome == Splice.Outcome.DONE) {
                loop.close(this);
            } else {
                loop.abort(this);
            }
        }
    }

    private void onLoop(Runnable task) throws Exception {
        FutureTask<?> future = new FutureTask<>(task, null);
        loop.execute(future);
        future.get(10, TimeUnit.SECONDS);
    }

    private Socket visit() throws IOException {
        Endpoint at = listener.address();
        Socket socket = new Socket(InetAddress.getByAddress(at.address()), at.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private Socket atSite() throws IOException {
        Socket socket = site.accept();
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static Thread write(Socket socket, byte[] data) {
        return Thread.startVirtualThread(() -> {
            try {
                socket.getOutputStream().write(data);
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void everyByteAndBothEndsArrive() throws Exception {
        byte[] up = noise(9 << 20);
        byte[] down = noise(7 << 20);
        try (Socket client = visit(); Socket server = atSite()) {
            Thread writingUp = write(client, up);
            Thread writingDown = write(server, down);
            FutureTask<byte[]> got = new FutureTask<>(() -> server.getInputStream().readAllBytes());
            Thread.startVirtualThread(got);
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(down);
            assertThat(got.get()).isEqualTo(up);
            writingUp.join();
            writingDown.join();
            assertThat(visitors.take().over.poll(10, TimeUnit.SECONDS)).isEqualTo(Splice.Outcome.DONE);
        }
    }

    /** C loses what the site sent just before it closed. */
    @Test
    void whatTheSiteSaysBeforeItClosesArrives() throws Exception {
        byte[] down = noise(3 << 20);
        try (Socket client = visit(); Socket server = atSite()) {
            client.getOutputStream().write(1);
            assertThat(server.getInputStream().read()).isEqualTo(1);
            Thread writing = Thread.startVirtualThread(() -> {
                try (server) {
                    server.getOutputStream().write(down);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(down);
            writing.join();
        }
    }

    @Test
    void aHalfClosedClientIsAnswered() throws Exception {
        try (Socket client = visit(); Socket server = atSite()) {
            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            server.getOutputStream().write(42);
            assertThat(client.getInputStream().read()).isEqualTo(42);
        }
    }

    @Test
    void aHalfClosedSiteIsHeard() throws Exception {
        try (Socket client = visit(); Socket server = atSite()) {
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.getOutputStream().write(42);
            assertThat(server.getInputStream().read()).isEqualTo(42);
        }
    }

    @Test
    void aResetOfTheSiteIsOneForTheClient() throws Exception {
        try (Socket client = visit(); Socket server = atSite()) {
            reset(server);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aResetOfTheClientIsOneForTheSite() throws Exception {
        try (Socket client = visit(); Socket server = atSite()) {
            reset(client);
            assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aSiteThatIsDownResets() throws Exception {
        site.close();
        try (Socket client = visit()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
            assertThat(visitors.take().over.poll(10, TimeUnit.SECONDS)).isEqualTo(Splice.Outcome.UNREACHED);
        }
    }

    @Test
    void aSiteThatDoesNotReadStopsTheClient() throws Exception {
        try (Socket client = visit(); Socket server = atSite()) {
            Thread writing = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        client.getOutputStream().write(new byte[1 << 16]);
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
            Splice splice = visitors.take().splice;
            long[] held = new long[2];
            do { // until nothing moves any more
                held[0] = held[1];
                TimeUnit.MILLISECONDS.sleep(100);
                onLoop(() -> held[1] = splice.held());
                assertThat(held[1]).isLessThanOrEqualTo((64 << 10) + EventLoop.READ_SIZE);
            } while (held[1] != held[0] || held[1] == 0);
            reset(client);
            writing.join();
            assertThat(server.getInputStream().read()).isZero();
        }
    }

    @Test
    void whoDoesNothingAboutTheSitesEndIsNotKept() throws Exception {
        try (Socket client = visit(); Socket server = atSite()) {
            server.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            BlockingQueue<Splice.Outcome> over = visitors.take().over;
            onLoop(splices::sweep);
            assertThat(over).isEmpty();
            onLoop(splices::sweep);
            assertThat(over).containsExactly(Splice.Outcome.DONE);
        }
    }

    @Test
    void whereNothingPassesItIsDeadAfterTenSweeps() throws Exception {
        try (Socket client = visit(); Socket server = atSite()) {
            BlockingQueue<Splice.Outcome> over = visitors.take().over;
            for (int i = 0; i < 10; i++) {
                onLoop(splices::sweep);
            }
            server.getOutputStream().write(7); // it lives
            assertThat(client.getInputStream().read()).isEqualTo(7);
            for (int i = 0; i < 10; i++) {
                onLoop(splices::sweep);
            }
            assertThat(over).isEmpty();
            onLoop(splices::sweep);
            assertThat(over).containsExactly(Splice.Outcome.EVICTED);
        }
    }

    @Test
    void oneTooManyEndsTheOldest() throws Exception {
        Socket[] clients = new Socket[4];
        Socket[] servers = new Socket[4];
        for (int i = 0; i < 4; i++) {
            clients[i] = visit();
            servers[i] = atSite();
        }
        assertThatThrownBy(() -> clients[0].getInputStream().read()).isInstanceOf(SocketException.class);
        servers[1].getOutputStream().write(7);
        assertThat(clients[1].getInputStream().read()).isEqualTo(7);
        for (int i = 0; i < 4; i++) {
            clients[i].close();
            servers[i].close();
        }
    }
}
