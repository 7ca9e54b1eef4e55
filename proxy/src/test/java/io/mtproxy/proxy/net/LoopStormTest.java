package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.net.EventLoops.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many connections are opened, closed and aborted by both sides at random, so that descriptors are used again all the time.
 * Each carries bytes of one value only: a byte of another value belongs to somebody else.
 */
@EnabledOnOs(OS.LINUX)
class LoopStormTest {
    private static final int THREADS = 4;
    private static final int CONNECTIONS = 400;

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final List<String> strangers = new CopyOnWriteArrayList<>();
    private final AtomicInteger echoed = new AtomicInteger();

    /** Echoes; now and then it ends others of its loop, or itself, or makes a new connection. */
    private final class Stormy extends Connection {
        private final List<Stormy> all;
        private final Random random;
        private final InetSocketAddress self;
        private final Output out;
        private final boolean outgoing;
        private int value = -1;
        private int pieces;
        private boolean over;

        Stormy(EventLoop loop, List<Stormy> all, Random random, InetSocketAddress self, boolean outgoing) {
            super(loop);
            this.outgoing = outgoing;
            this.all = all;
            this.random = random;
            this.self = self;
            out = new Output(loop.buffers());
            all.add(this);
        }

        @Override
        protected void data(byte[] b, int off, int len) {
            if (over) {
                strangers.add("data after the end");
            }
            for (int i = off; i < off + len; i++) {
                value = value < 0 ? b[i] & 255 : value;
                if ((b[i] & 255) != value) {
                    strangers.add(value + " got " + b[i]);
                }
            }
            if (outgoing && ++pieces > 20) {
                end(this, false);
                return;
            }
            out.append(b, off, len);
            touch();
            switch (random.nextInt(24)) {
                case 0 -> end(all.get(random.nextInt(all.size())), false);
                case 1 -> end(all.get(random.nextInt(all.size())), true);
                case 2 -> {
                    end(all.get(random.nextInt(all.size())), false);
                    loop.connect(new Stormy(loop, all, random, self, true), self, null, 5000);
                }
                case 3 -> loop.interest(this, true, true);
                default -> {
                    // goes on
                }
            }
        }

        /** An outgoing one: talks to its own loop. */
        @Override
        protected void connected() {
            if (outgoing && random.nextInt(4) != 0) {
                value = random.nextInt(256);
                byte[] b = new byte[100];
                Arrays.fill(b, (byte) value);
                out.append(b, 0, b.length);
                touch();
            }
        }

        private void end(Stormy c, boolean hard) {
            c.out.clear();
            c.over = true;
            all.remove(c);
            if (hard) {
                loop.abort(c);
            } else {
                loop.close(c);
            }
        }

        @Override
        protected void halfClosed() {
            if (over) {
                strangers.add("half-closed after the end");
            }
            end(this, false);
        }

        @Override
        protected void writable() {
            if (over) {
                strangers.add("writable after the end");
            }
            flush();
        }

        @Override
        protected void flush() {
            if (over) {
                return;
            }
            if (out.send(loop, this)) {
                loop.interest(this, true, out.pending() > 0);
            } else {
                end(this, false);
            }
        }

        @Override
        protected void failed(IOException cause) {
            if (over) {
                strangers.add("failed after the end");
            }
            end(this, false);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Timeout(60)
    void noEventReachesAStranger(Kind kind) throws Exception {
        EventLoops loops = new EventLoops(kind, "test");
        List<EventLoop> running = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (Listener listener = loops.listen(new InetSocketAddress("127.0.0.1", 0), 1000, SocketSettings.DEFAULT)) {
            InetSocketAddress self = new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.address().port());
            for (int i = 0; i < 2; i++) {
                EventLoop loop = loops.create(bugs::add);
                List<Stormy> all = new ArrayList<>();
                Random random = new Random(i);
                loop.listen(listener, (on, peer) -> new Stormy(on, all, random, self, false));
                running.add(loop);
                threads.add(Thread.ofPlatform().start(loop::run));
            }
            List<Thread> clients = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                Random random = new Random(100 + t);
                clients.add(Thread.ofPlatform().start(() -> clients(self, random)));
            }
            for (Thread t : clients) {
                t.join();
            }
            running.forEach(EventLoop::stop);
            for (Thread t : threads) {
                t.join();
            }
            running.forEach(EventLoop::close);
        }
        assertThat(bugs).isEmpty();
        assertThat(strangers).isEmpty();
        assertThat(echoed.get()).as("echoed pieces").isGreaterThan(THREADS * CONNECTIONS);
    }

    private void clients(InetSocketAddress server, Random random) {
        for (int i = 0; i < CONNECTIONS; i++) {
            try (Socket s = new Socket()) {
                s.connect(server);
                s.setSoTimeout(10_000);
                client(s, random);
            } catch (IOException e) {
                // the other side's choice
            }
        }
    }

    private void client(Socket s, Random random) throws IOException {
        byte[] piece = new byte[1 + random.nextInt(3000)];
        byte value = (byte) random.nextInt(256);
        Arrays.fill(piece, value);
        for (int i = random.nextInt(12); i >= 0; i--) {
            s.getOutputStream().write(piece);
            byte[] back = s.getInputStream().readNBytes(piece.length);
            for (byte b : back) {
                if (b != value) {
                    strangers.add("client " + value + " got " + b);
                }
            }
            if (back.length < piece.length) {
                return;
            }
            echoed.incrementAndGet();
        }
        if (random.nextBoolean()) {
            s.setSoLinger(true, 0);
        }
    }
}
