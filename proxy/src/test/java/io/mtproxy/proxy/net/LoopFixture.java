package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.os.SocketSupport;
import io.mtproxy.proxy.os.SubmissionRing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A running loop that echoes on {@link #address}. At the end nothing may have broken and all buffers must be back. */
@Timeout(30)
abstract class LoopFixture {
    final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    final BlockingQueue<Probe> accepted = new LinkedBlockingQueue<>();
    final Acceptor acceptor = this::echo;
    EventLoop loop;
    Thread thread;
    Listener listener;

    abstract EventLoops loops();

    /** A further loop of the kind. */
    EventLoop create() throws IOException {
        return loops().create(bugs::add);
    }

    /** Most calls of {@link Connection#flush} for a connection that was touched. */
    int flushesPerIteration() {
        return 1;
    }

    /** Else the first loop that needs it stands still for it, and others get its clients. */
    @BeforeAll
    static void link() {
        if (SocketSupport.missing() == null) {
            SubmissionRing.link();
        }
    }

    @BeforeEach
    void start() throws IOException {
        loop = create();
        listener = loops().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100,
                SocketSettings.DEFAULT);
        loop.listen(listener, acceptor);
        thread = new Thread(loop::run);
        thread.start();
    }

    @AfterEach
    void end() throws Exception {
        loop.stop();
        thread.join();
        loop.close();
        listener.close();
        assertThat(bugs).isEmpty();
        assertThat(loop.buffers().chunksInUse()).as("buffers not given back").isZero();
    }

    /** Accepts an echo. */
    Probe echo(EventLoop on, Endpoint peer) {
        Probe p = new Probe(on, peer);
        p.echo = true;
        accepted.add(p);
        return p;
    }

    InetSocketAddress address() throws IOException {
        return address(listener);
    }

    static InetSocketAddress address(Listener l) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(l.address().address()), l.address().port());
    }

    /** A further listener of this loop, on any port. */
    Listener listenOn(String host, Acceptor acceptor) throws Exception {
        Listener l = loops().listen(new InetSocketAddress(host, 0), 100, SocketSettings.DEFAULT);
        onLoop(() -> {
            try {
                loop.listen(l, acceptor);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        return l;
    }

    Socket client() throws IOException {
        Socket s = new Socket();
        s.connect(address());
        s.setSoTimeout(10_000);
        return s;
    }

    Probe acceptedOne() throws InterruptedException {
        Probe p = accepted.poll(10, TimeUnit.SECONDS);
        assertThat(p).isNotNull();
        p.await("connected");
        return p;
    }

    /** Runs on the loop and waits. */
    void onLoop(Runnable task) throws InterruptedException {
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        loop.execute(() -> {
            task.run();
            done.add("done");
        });
        assertThat(done.poll(10, TimeUnit.SECONDS)).isEqualTo("done");
    }

    void close(Probe p) throws InterruptedException {
        onLoop(() -> {
            p.out.clear();
            loop.close(p);
        });
    }
}
