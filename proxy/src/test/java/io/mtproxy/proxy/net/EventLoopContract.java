package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every event loop has to do; one subclass per implementation. */
abstract class EventLoopContract extends LoopFixture {
    @Test
    void echoesMegabytesThroughFullBuffers() throws Exception {
        byte[] data = new byte[16 << 20];
        new Random(1).nextBytes(data);
        try (Socket s = client()) {
            Thread writer = Thread.startVirtualThread(() -> {
                try {
                    s.getOutputStream().write(data);
                    s.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Probe p = acceptedOne();
            byte[] back = s.getInputStream().readNBytes(data.length);
            writer.join();
            assertThat(back).isEqualTo(data);
            p.await("half-closed");
            close(p);
            assertThat(s.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void afterThePeersFinWritingStillWorks() throws Exception {
        try (Socket s = client()) {
            Probe p = acceptedOne();
            s.shutdownOutput();
            p.await("half-closed");
            onLoop(() -> {
                p.out.append(new byte[] {42}, 0, 1);
                p.touch();
            });
            assertThat(s.getInputStream().read()).isEqualTo(42);
            close(p);
        }
    }

    @Test
    void ourFinLeavesReadingOpen() throws Exception {
        try (Socket s = client()) {
            Probe p = acceptedOne();
            p.echo = false;
            onLoop(() -> loop.shutdownOutput(p));
            assertThat(s.getInputStream().read()).isEqualTo(-1);
            s.getOutputStream().write(7);
            p.await("data");
            assertThat(p.received.toByteArray()).containsExactly(7);
            close(p);
        }
    }

    @Test
    void abortSendsReset() throws Exception {
        try (Socket s = client()) {
            Probe p = acceptedOne();
            onLoop(() -> loop.abort(p));
            assertThatThrownBy(() -> s.getInputStream().read()).isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    @SuppressWarnings("try") // closing early is the point
    void aResetOfThePeerIsTold() throws Exception {
        try (Socket s = client()) {
            Probe p = acceptedOne();
            s.setSoLinger(true, 0);
            s.close();
            assertThat(p.next()).startsWith("failed");
        }
    }

    @Test
    void whileAcceptingIsPausedClientsWaitAndAreNotLost() throws Exception {
        onLoop(() -> loop.pauseAccepting(acceptor, true));
        try (Socket s = client()) {
            s.getOutputStream().write(5);
            s.setSoTimeout(200);
            assertThatThrownBy(() -> s.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(accepted).isEmpty();
            onLoop(() -> loop.pauseAccepting(acceptor, false));
            s.setSoTimeout(10_000);
            assertThat(s.getInputStream().read()).isEqualTo(5);
            close(acceptedOne());
        }
    }

    @Test
    void connectsFromAGivenAddressAndKnowsBothEnds() throws Exception {
        Probe p = new Probe(loop, Endpoint.NONE);
        loop.execute(() -> connect(p, "127.0.0.3"));
        p.await("connected");
        Probe other = acceptedOne();
        AtomicReference<Endpoint> local = new AtomicReference<>();
        onLoop(() -> local.set(loop.local(p)));
        assertThat(local.get().address()).containsExactly(127, 0, 0, 3);
        assertThat(other.peer.toString()).isEqualTo(local.get().toString());
        close(p);
        other.await("half-closed");
        close(other);
    }

    private void connect(Probe p, String source) {
        try {
            loop.connect(p, address(), new InetSocketAddress(source, 0), 5000);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void sixteenByteAddresses() throws Exception {
        try (ServerSocket six = new ServerSocket(0, 5, InetAddress.getByName("::1"))) {
            Probe p = new Probe(loop, Endpoint.NONE);
            InetSocketAddress target = new InetSocketAddress(six.getInetAddress(), six.getLocalPort());
            loop.execute(() -> loop.connect(p, target, null, 5000));
            p.await("connected");
            AtomicReference<Endpoint> local = new AtomicReference<>();
            onLoop(() -> local.set(loop.local(p)));
            assertThat(local.get().address()).hasSize(16).endsWith(1);
            assertThat(local.get().toString()).startsWith("[0:0:0:0:0:0:0:1]:");
            close(p);
        }
    }

    @Test
    void aRefusedConnectIsTold() throws Exception {
        int free;
        try (ServerSocket s = new ServerSocket(0)) {
            free = s.getLocalPort();
        }
        Probe p = new Probe(loop, Endpoint.NONE);
        loop.execute(() -> loop.connect(p, new InetSocketAddress("127.0.0.1", free), null, 5000));
        assertThat(p.next()).startsWith("failed: ConnectException");
        assertThat(p.isOpen()).isFalse();
    }

    @Test
    void aConnectThatHangsEndsAtItsDeadline() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            InetSocketAddress target = new InetSocketAddress("127.0.0.1", full.getLocalPort());
            List<Probe> probes = new ArrayList<>();
            for (int i = 0; i < 4; i++) { // the queue takes two, further SYNs are not answered
                Probe p = new Probe(loop, Endpoint.NONE);
                probes.add(p);
                loop.execute(() -> loop.connect(p, target, null, 300));
            }
            List<String> ends = new ArrayList<>();
            for (Probe p : probes) {
                ends.add(p.next());
            }
            assertThat(ends).contains("connected", "failed: SocketTimeoutException");
            for (Probe p : probes) {
                close(p);
            }
        }
    }

    @Test
    void theDeadlineOfAConnectEndsWithIt() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Probe connected = new Probe(loop, Endpoint.NONE);
            Probe closed = new Probe(loop, Endpoint.NONE);
            InetSocketAddress target = new InetSocketAddress("127.0.0.1", server.getLocalPort());
            long before = loop.metrics().timersFired();
            loop.execute(() -> loop.connect(connected, target, null, 100));
            onLoop(() -> {
                loop.connect(closed, target, null, 100);
                loop.close(closed);
            });
            connected.await("connected");
            CountDownLatch later = new CountDownLatch(1);
            loop.execute(() -> loop.after(250, later::countDown));
            assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
            onLoop(() -> {}); // the iteration in which it fired is over
            assertThat(loop.metrics().timersFired() - before).as("timers that fired, ours among them").isEqualTo(1);
            close(connected);
        }
    }

    @Test
    void manyTouchesAreOneFlush() throws Exception {
        try (Socket s = client()) {
            Probe p = acceptedOne();
            onLoop(() -> {
                for (int i = 0; i < 100; i++) {
                    p.out.append(new byte[] {(byte) i}, 0, 1);
                    p.touch();
                }
            });
            assertThat(s.getInputStream().readNBytes(100)).hasSize(100).endsWith(99);
            assertThat(p.flushes).isBetween(1, flushesPerIteration());
            close(p);
        }
    }

    @Test
    void timersRunOnTheLoop() throws Exception {
        BlockingQueue<Thread> ran = new LinkedBlockingQueue<>();
        loop.execute(() -> loop.after(30, () -> ran.add(Thread.currentThread())));
        assertThat(ran.poll(10, TimeUnit.SECONDS)).isSameAs(thread);
    }

    @Test
    void aPausedReaderIsNotReadUntilItGoesOn() throws Exception {
        try (Socket s = client()) {
            Probe p = acceptedOne();
            onLoop(() -> loop.interest(p, false, false));
            s.getOutputStream().write(9);
            s.setSoTimeout(200);
            assertThatThrownBy(() -> s.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            onLoop(() -> loop.interest(p, true, false));
            s.setSoTimeout(10_000);
            assertThat(s.getInputStream().read()).isEqualTo(9);
            close(p);
        }
    }

    @Test
    void aBugInOneConnectionCostsThatConnectionOnly() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        try (Listener second = listenOn("127.0.0.1", (l, peer) -> new Broken(l, told)); Socket good = client()) {
            Probe p = acceptedOne();
            try (Socket bad = new Socket()) {
                bad.connect(address(second));
                bad.getOutputStream().write(1);
                assertThat(told.poll(10, TimeUnit.SECONDS)).isEqualTo("failed");
                assertThatThrownBy(() -> bad.getInputStream().read()).isInstanceOf(SocketException.class);
            }
            good.getOutputStream().write(3);
            assertThat(good.getInputStream().read()).isEqualTo(3);
            close(p);
            assertThat(bugs).hasSize(1);
            bugs.clear();
        }
    }

    /** Throws what no protocol explains. */
    private static final class Broken extends Connection {
        private final BlockingQueue<String> told;

        Broken(EventLoop loop, BlockingQueue<String> told) {
            super(loop);
            this.told = told;
        }

        @Override
        protected void data(byte[] b, int off, int len) {
            throw new IllegalStateException("a bug");
        }

        @Override
        protected void halfClosed() {}

        @Override
        protected void writable() {}

        @Override
        protected void flush() {}

        @Override
        protected void failed(IOException cause) {
            told.add("failed");
        }
    }
}
