package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What callbacks an owner may rely on, also when it is awkward; one subclass per implementation. */
abstract class EventLoopRules extends LoopFixture {

    /** Lets the loop wait for events and handle them at least twice. */
    private void turns() throws Exception {
        try (Socket s = client()) {
            s.getOutputStream().write(1);
            assertThat(s.getInputStream().read()).isEqualTo(1);
            Probe other = acceptedOne();
            s.shutdownOutput();
            other.await("half-closed");
            close(other);
        }
    }

    private void connect(Probe p, ServerSocket to) {
        loop.connect(p, new InetSocketAddress(to.getInetAddress(), to.getLocalPort()), null, 5000);
    }

    private static ServerSocket plainServer() throws IOException {
        return new ServerSocket(0, 200, InetAddress.getByName("127.0.0.1"));
    }

    @Test
    void theEndOfInputIsToldOnce() throws Exception {
        try (Socket s = client()) {
            Probe p = acceptedOne();
            s.shutdownOutput();
            p.await("half-closed");
            onLoop(() -> loop.interest(p, true, false));
            turns();
            assertThat(p.happened).isEmpty();
            close(p);
        }
    }

    @Test
    void interestChosenWhileConnectingHoldsAfterwards() throws Exception {
        try (ServerSocket server = plainServer()) {
            BlockingQueue<String> writable = new LinkedBlockingQueue<>();
            Probe p = new Probe(loop, Endpoint.NONE) {
                @Override
                protected void writable() {
                    loop.interest(this, false, false);
                    writable.add("writable");
                }
            };
            loop.execute(() -> {
                connect(p, server);
                loop.interest(p, false, true);
            });
            p.await("connected");
            assertThat(writable.poll(10, TimeUnit.SECONDS)).isEqualTo("writable");
            try (Socket s = server.accept()) {
                s.getOutputStream().write(1);
                turns();
                assertThat(p.happened).as("reading was not asked for").isEmpty();
                onLoop(() -> loop.interest(p, true, false));
                p.await("data");
            }
            close(p);
        }
    }

    @Test
    void whatIsWrittenWhileConnectingGoesOutAfterwards() throws Exception {
        try (ServerSocket server = plainServer()) {
            Probe p = new Probe(loop, Endpoint.NONE);
            loop.execute(() -> {
                connect(p, server);
                p.out.append(new byte[] {8}, 0, 1);
                p.touch();
            });
            p.await("connected");
            try (Socket s = server.accept()) {
                s.setSoTimeout(10_000);
                assertThat(s.getInputStream().read()).isEqualTo(8);
            }
            close(p);
        }
    }

    @Test
    void nothingIsToldAfterClosing() throws Exception {
        Probe unresolved = new Probe(loop, Endpoint.NONE);
        Probe connecting = new Probe(loop, Endpoint.NONE);
        try (ServerSocket server = plainServer()) {
            onLoop(() -> {
                loop.connect(unresolved, InetSocketAddress.createUnresolved("nowhere.invalid", 1), null, 50);
                loop.close(unresolved);
                connect(connecting, server);
                loop.close(connecting);
            });
            CountDownLatch later = new CountDownLatch(1);
            loop.execute(() -> loop.after(100, later::countDown));
            assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(unresolved.happened).isEmpty();
        assertThat(connecting.happened).isEmpty();
    }

    @Test
    void anUnresolvedTargetIsTold() throws Exception {
        Probe p = new Probe(loop, Endpoint.NONE);
        loop.execute(() -> loop.connect(p, InetSocketAddress.createUnresolved("nowhere.invalid", 1), null, 5000));
        assertThat(p.next()).isEqualTo("failed: IOException");
    }

    @Test
    void aBugInAnAcceptorCostsThatClientOnly() throws Exception {
        try (Listener second = listenOn("127.0.0.1", (l, peer) -> {
            throw new IllegalStateException("a bug");
        })) {
            try (Socket bad = new Socket()) {
                bad.connect(address(second));
                assertThat(bad.getInputStream().read()).isEqualTo(-1);
            }
            turns();
        }
        assertThat(bugs).hasSize(1);
        bugs.clear();
    }

    @Test
    void aBugWhenConnectedCostsThatConnectionOnly() throws Exception {
        try (Listener second = listenOn("127.0.0.1", (l, peer) -> new Probe(l, peer) {
            @Override
            protected void connected() {
                throw new IllegalStateException("a bug");
            }
        }); ServerSocket server = plainServer(); Socket bad = new Socket()) {
            bad.connect(address(second));
            assertThat(endOf(bad)).isTrue();
            Probe out = new Probe(loop, Endpoint.NONE) {
                @Override
                protected void connected() {
                    throw new IllegalStateException("a bug");
                }
            };
            loop.execute(() -> connect(out, server));
            assertThat(out.next()).isEqualTo("failed: IOException");
            turns();
        }
        assertThat(bugs).hasSize(2);
        bugs.clear();
    }

    @Test
    void ipv4ClientsOfAnIpv6SocketHaveFourByteAddresses() throws Exception {
        try (Listener both = listenOn("::", this::echo); Socket four = new Socket(); Socket six = new Socket()) {
            four.connect(new InetSocketAddress("127.0.0.1", both.address().port()));
            Probe p = acceptedOne();
            assertThat(p.peer.toString()).isEqualTo("127.0.0.1:" + four.getLocalPort());
            onLoop(() -> assertThat(loop.local(p).toString()).isEqualTo("127.0.0.1:" + both.address().port()));
            six.connect(new InetSocketAddress("::1", both.address().port()));
            Probe q = acceptedOne();
            assertThat(q.peer.address()).hasSize(16);
            close(p);
            close(q);
        }
    }

    @Test
    void aPausedConnectionThatIsResetDoesNotKeepTheLoopBusy() throws Exception {
        Socket s = client();
        Probe p = acceptedOne();
        onLoop(() -> loop.interest(p, false, false));
        s.setSoLinger(true, 0);
        s.close();
        long before = loop.metrics().polls();
        CountDownLatch later = new CountDownLatch(1);
        loop.execute(() -> loop.after(200, later::countDown));
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.metrics().polls() - before).isLessThan(40);
        onLoop(() -> loop.interest(p, true, false));
        assertThat(p.next()).startsWith("failed");
    }

    @Test
    void severalLoopsAcceptFromOneSocket() throws Exception {
        EventLoop second = create();
        BlockingQueue<Probe> seconds = new LinkedBlockingQueue<>();
        second.listen(listener, (l, peer) -> {
            Probe p = echo(l, peer);
            seconds.add(p);
            return p;
        });
        Thread secondThread = new Thread(second::run);
        secondThread.start();
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 200; i++) { // a loop that does it for the first time takes longer, and the other one gets more
            askAndStay(sockets, i);
        }
        int before = accepted.size();
        int secondsBefore = seconds.size();
        for (int i = 0; i < 40; i++) {
            askAndStay(sockets, i);
        }
        for (Socket s : sockets) {
            s.close();
        }
        second.stop();
        secondThread.join();
        second.close();
        assertThat(accepted).hasSize(before + 40);
        assertThat(seconds.size() - secondsBefore).as("share of the second loop").isBetween(leastShare(),
                40 - leastShare());
    }

    private void askAndStay(List<Socket> sockets, int value) throws IOException {
        Socket s = client();
        sockets.add(s);
        s.getOutputStream().write(value);
        assertThat(s.getInputStream().read()).isEqualTo(value);
    }

    /** Of 40 clients that come one by one, how many each of two idle loops gets at least. */
    abstract int leastShare();

    /**
     * All connections have an event in the same batch; the first to be called closes the others, whose descriptors are at
     * once those of new connections, to somebody who does not answer: they must not take the old events for theirs.
     */
    @Test
    void pendingEventsOfClosedSocketsReachNobody() throws Exception {
        int count = 100;
        List<Socket> clients = new ArrayList<>();
        List<Victim> victims = new ArrayList<>();
        List<Probe> fresh = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Listener l = listenOn("127.0.0.1", (on, peer) -> {
                    Victim v = new Victim(on, victims, fresh, full);
                    victims.add(v);
                    return v;
                })) {
            for (int i = 0; i < count; i++) {
                Socket s = new Socket();
                clients.add(s);
                s.connect(address(l));
            }
            for (int seen = 0; seen < count;) {
                turns();
                int[] now = new int[1];
                onLoop(() -> now[0] = victims.size());
                seen = now[0];
            }
            CountDownLatch written = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(1);
            loop.execute(() -> {
                blocked.countDown();
                try {
                    written.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            blocked.await();
            for (Socket s : clients) {
                s.getOutputStream().write(1);
            }
            written.countDown();
            for (Socket s : clients) { // all are reset or closed by the first one's callback
                s.setSoTimeout(10_000);
                assertThat(endOf(s)).isTrue();
            }
            turns();
            assertThat(fresh).hasSize(count);
            assertThat(fresh.stream().filter(p -> !p.happened.isEmpty())).as("the queue takes two")
                    .hasSizeLessThanOrEqualTo(4);
            assertThat(victims).allMatch(v -> v.calledAfterClose == 0);
            for (Probe p : fresh) {
                close(p);
            }
        }
    }

    private static boolean endOf(Socket s) throws IOException {
        try {
            return s.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Kills all of its kind when it is called first, and connects as many new ones. */
    private final class Victim extends Connection {
        private final List<Victim> all;
        private final List<Probe> fresh;
        private final ServerSocket server;
        private boolean closed;
        private int calledAfterClose;

        Victim(EventLoop loop, List<Victim> all, List<Probe> fresh, ServerSocket server) {
            super(loop);
            this.all = all;
            this.fresh = fresh;
            this.server = server;
        }

        private void called() {
            if (closed) {
                calledAfterClose++;
                return;
            }
            for (Victim v : all) {
                v.closed = true;
                loop.close(v);
                Probe p = new Probe(loop, Endpoint.NONE);
                fresh.add(p);
                connect(p, server);
            }
        }

        @Override
        protected void data(byte[] b, int off, int len) {
            called();
        }

        @Override
        protected void halfClosed() {
            called();
        }

        @Override
        protected void writable() {
            called();
        }

        @Override
        protected void flush() {}

        @Override
        protected void failed(IOException cause) {
            called();
        }
    }

    /** Small socket buffers, pieces of random length, reading paused at random: nothing may get lost or change its place. */
    @Test
    void randomPiecesArriveInOrder() throws Exception {
        Random random = new Random(42);
        byte[] data = new byte[3 << 20];
        random.nextBytes(data);
        try (Listener l = listenOn("127.0.0.1", this::echo); Socket s = new Socket()) {
            s.setReceiveBufferSize(4096);
            s.setSendBufferSize(4096);
            s.connect(address(l));
            s.setSoTimeout(10_000);
            Probe p = acceptedOne();
            Thread writer = Thread.ofPlatform().start(() -> {
                Random pieces = new Random(43);
                try {
                    for (int done = 0; done < data.length;) {
                        int n = Math.min(data.length - done, 1 + pieces.nextInt(9000));
                        s.getOutputStream().write(data, done, n);
                        done += n;
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            byte[] back = new byte[data.length];
            for (int done = 0; done < back.length;) {
                if (random.nextInt(20) == 0) {
                    onLoop(() -> loop.interest(p, false, p.out.pending() > 0));
                    loop.execute(() -> loop.after(2, () -> loop.interest(p, true, p.out.pending() > 0)));
                }
                int n = s.getInputStream().read(back, done, Math.min(back.length - done, 1 + random.nextInt(20_000)));
                assertThat(n).isPositive();
                done += n;
            }
            writer.join();
            assertThat(back).isEqualTo(data);
            close(p);
        }
    }
}
