package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.os.DescriptorFlags;
import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.os.SocketOption;
import io.mtproxy.proxy.os.UnixSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What only descriptors can do: sockets move between loops and processes, options are inherited. */
@EnabledOnOs(OS.LINUX)
class EpollHandOverTest extends LoopFixture {
    private static final int MEBI = 1 << 20;

    private final SocketCalls calls = new SocketCalls();
    private EventLoop second;
    private Thread secondThread;

    @Override
    EventLoops loops() {
        return EventLoops.choose("epoll");
    }

    @BeforeEach
    void startSecond() throws IOException {
        second = create();
        secondThread = new Thread(second::run);
        secondThread.start();
    }

    @AfterEach
    void endSecond() throws InterruptedException {
        second.stop();
        secondThread.join();
        second.close();
    }

    private Probe adopt(EventLoop by, Taken taken) throws InterruptedException {
        Probe p = new Probe(by, Endpoint.NONE);
        p.echo = true;
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        by.execute(() -> {
            try {
                p.out.append(taken.staged, 0, taken.staged.length);
                p.touch();
                by.adopt(taken.descriptor, p);
                done.add("adopted");
            } catch (IOException e) {
                done.add(e.getMessage());
            }
        });
        assertThat(done.poll(10, TimeUnit.SECONDS)).isEqualTo("adopted");
        return p;
    }

    /** Takes a connection from its loop between two iterations, with what it has staged. */
    private record Taken(int descriptor, byte[] staged) {}

    private static Taken take(Probe p) throws InterruptedException {
        BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
        p.loop.execute(() -> taken.add(new Taken(p.loop.detach(p), p.unsent())));
        return taken.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void aConnectionWandersBetweenLoopsWithDataInFlight() throws Exception {
        byte[] data = new byte[16 * MEBI];
        new Random(5).nextBytes(data);
        try (Socket s = client()) {
            Probe p = acceptedOne();
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    s.getOutputStream().write(data);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            byte[] back = new byte[data.length];
            int done = 0;
            for (int hops = 0; done < back.length; hops++) {
                int n = s.getInputStream().read(back, done, Math.min(back.length - done, 200_000));
                assertThat(n).isPositive();
                done += n;
                if (hops % 4 == 0) {
                    Taken taken = take(p);
                    assertThat(p.isOpen()).isFalse();
                    p = adopt(p.loop == loop ? second : loop, taken);
                }
            }
            writer.join();
            assertThat(Arrays.mismatch(back, data)).isEqualTo(-1);
            Taken last = take(p);
            assertThat(last.staged).isEmpty();
            calls.close(last.descriptor);
        }
    }

    @Test
    void aWrongDescriptorIsRefusedAndStaysTheCallers() throws Exception {
        Probe p = new Probe(loop, Endpoint.NONE);
        onLoop(() -> assertThatThrownBy(() -> loop.adopt(987_654, p)).isInstanceOf(IOException.class)
                .hasMessage("Bad file descriptor"));
        assertThat(p.isOpen()).isFalse();
        onLoop(() -> assertThatThrownBy(() -> loop.detach(p)).isInstanceOf(IllegalStateException.class));
    }

    @Test
    void connectionsAndTheirListenerCrossAUnixSocket() throws Exception {
        int count = 300; // more than fit into one message
        List<Socket> clients = new ArrayList<>();
        List<Taken> taken = new ArrayList<>();
        int[] descriptors = new int[count + 1];
        for (int i = 0; i < count; i++) {
            Socket s = client();
            clients.add(s);
            Probe p = acceptedOne();
            s.getOutputStream().write(i); // may be read here or there, but once
            Taken t = take(p);
            taken.add(t);
            descriptors[i] = t.descriptor;
            s.getOutputStream().write(0);
        }
        descriptors[count] = listener.descriptor();
        UnixSocket[] pair = UnixSocket.pair();
        try (UnixSocket from = pair[0]; UnixSocket to = pair[1]) {
            int[] received = new int[count + 1];
            byte[] text = new byte[10];
            for (int at = 0; at <= count; at += 250) {
                int[] some = Arrays.copyOfRange(descriptors, at, Math.min(at + 250, count + 1));
                from.send(new byte[] {7, 8, 9}, 1, 2, some);
                assertThat(to.receive(text, 4, 6)).isEqualTo(2);
                assertThat(Arrays.copyOfRange(text, 4, 6)).containsExactly(8, 9);
                System.arraycopy(to.received(), 0, received, at, some.length);
            }
            onLoop(() -> loop.pauseAccepting(acceptor, true));
            for (int i = 0; i < count; i++) {
                calls.close(descriptors[i]);
                Probe p = adopt(second, new Taken(received[i], taken.get(i).staged));
                clients.get(i).getOutputStream().write(i + 1);
                byte[] echoed = clients.get(i).getInputStream().readNBytes(3);
                assertThat(echoed).containsExactly(i, 0, i + 1);
                assertThat(p.isOpen()).isTrue();
                clients.get(i).close();
            }
            try (Listener there = loops().inherit(received[count], SocketSettings.DEFAULT)) {
                assertThat(there.address().toString()).isEqualTo(listener.address().toString());
                BlockingQueue<String> done = new LinkedBlockingQueue<>();
                second.execute(() -> {
                    try {
                        second.listen(there, this::echo);
                        done.add("listening");
                    } catch (IOException e) {
                        done.add(e.getMessage());
                    }
                });
                assertThat(done.poll(10, TimeUnit.SECONDS)).isEqualTo("listening");
                try (Socket s = client()) {
                    assertThat(acceptedOne().loop).isSameAs(second);
                    s.getOutputStream().write(77);
                    assertThat(s.getInputStream().read()).isEqualTo(77);
                }
            }
        }
    }

    @Test
    void acceptedSocketsInheritTheListenersOptions() throws Exception {
        SocketSettings settings = SocketSettings.DEFAULT.keepAliveTimes(41, 7, 3).userTimeout(12_345)
                .clampWindow(131_072);
        try (Listener l = loops().listen(new InetSocketAddress("127.0.0.1", 0), 10, settings)) {
            assertThat(l.refused()).isEmpty();
            onLoop(() -> listen(l));
            try (Socket s = new Socket()) {
                s.connect(address(l));
                int fd = take(acceptedOne()).descriptor;
                assertThat(calls.get(fd, SocketOption.TCP_NODELAY)).isPositive();
                assertThat(calls.get(fd, SocketOption.KEEPALIVE)).isPositive();
                assertThat(calls.get(fd, SocketOption.TCP_KEEPIDLE)).isEqualTo(41);
                assertThat(calls.get(fd, SocketOption.TCP_KEEPINTVL)).isEqualTo(7);
                assertThat(calls.get(fd, SocketOption.TCP_KEEPCNT)).isEqualTo(3);
                assertThat(calls.get(fd, SocketOption.TCP_USER_TIMEOUT)).isEqualTo(12_345);
                assertThat(calls.get(fd, SocketOption.TCP_WINDOW_CLAMP)).isEqualTo(131_072);
                calls.close(fd);
            }
        }
    }

    private void listen(Listener l) {
        try {
            loop.listen(l, this::echo);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void connectionsThatWeMakeHaveTheLoopsOptions() throws Exception {
        try (EventLoop third = loops().create(SocketSettings.DEFAULT.keepAliveTimes(40, 41, 5), bugs::add)) {
            Thread thirdThread = new Thread(third::run);
            thirdThread.start();
            Probe p = new Probe(third, Endpoint.NONE);
            InetSocketAddress target = address();
            third.execute(() -> third.connect(p, target, null, 5000));
            p.await("connected");
            int fd = take(p).descriptor;
            assertThat(calls.get(fd, SocketOption.TCP_NODELAY)).isPositive();
            assertThat(calls.get(fd, SocketOption.TCP_KEEPIDLE)).isEqualTo(40);
            assertThat(calls.get(fd, SocketOption.TCP_KEEPINTVL)).isEqualTo(41);
            assertThat(calls.get(fd, SocketOption.TCP_KEEPCNT)).isEqualTo(5);
            calls.close(fd);
            third.stop();
            thirdThread.join();
        }
    }

    @Test
    void refusedOptionsAreTold() throws Exception {
        try (Listener l = loops().listen(new InetSocketAddress("127.0.0.1", 0), 10,
                SocketSettings.DEFAULT.keepAliveTimes(40_000, 0, 0))) {
            assertThat(l.refused()).containsExactly("TCP_KEEPIDLE 40000: Invalid argument");
        }
    }

    @Test
    void onlyListeningSocketsAreInheritedAndTheyNeverBlock() throws Exception {
        try (Socket s = client()) {
            s.setTcpNoDelay(true);
            int fd = take(acceptedOne()).descriptor;
            assertThatThrownBy(() -> loops().inherit(fd, SocketSettings.DEFAULT))
                    .hasMessage("descriptor " + fd + " is no listening socket");
            calls.close(fd);
        }
        int twin = DescriptorFlags.duplicate(calls, listener.descriptor());
        try (Listener inherited = loops().inherit(twin, SocketSettings.DEFAULT)) {
            onLoop(() -> loop.pauseAccepting(acceptor, true));
            assertThat(calls.accept(inherited.descriptor())).isEqualTo(-1);
        }
    }

    @Test
    void closingGivesEveryDescriptorBack() throws Exception {
        long before = sockets();
        for (int i = 0; i < 50; i++) {
            Probe out = new Probe(loop, Endpoint.NONE);
            InetSocketAddress target = address();
            onLoop(() -> loop.connect(out, target, null, 5000));
            out.await("connected");
            Probe in = acceptedOne();
            close(out);
            in.await("half-closed");
            close(in);
            onLoop(() -> loop.abort(in));
        }
        assertThat(sockets()).isEqualTo(before);
    }

    /** Socket descriptors of this process. */
    private static long sockets() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(f -> {
                try {
                    return Files.readSymbolicLink(f).toString().startsWith("socket:");
                } catch (IOException e) {
                    return false; // the listing's own
                }
            }).count();
        }
    }
}
