package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mtproxy.proxy.net.EventLoops.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compiled, a message that is read, staged, sent and waited for costs the collector nothing. */
@EnabledOnOs(OS.LINUX)
class LoopAllocationTest {
    private static final int MESSAGES = 10_000;
    /** The compiler takes its time on a busy machine. */
    private static final int MOST_ROUNDS = 50;

    /** Sends back what comes. */
    private static final class Echo extends Connection {
        private final Output out;

        Echo(EventLoop loop) {
            super(loop);
            out = new Output(loop.buffers());
        }

        @Override
        protected void data(byte[] b, int off, int len) {
            out.append(b, off, len);
            touch();
        }

        @Override
        protected void flush() {
            out.send(loop, this);
            loop.interest(this, true, out.pending() > 0);
        }

        @Override
        protected void halfClosed() {
            loop.close(this);
        }

        @Override
        protected void writable() {
            flush();
        }

        @Override
        protected void failed(IOException cause) {
            loop.close(this);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    @Timeout(60)
    void messagesAllocateNothing(Kind kind) throws Exception {
        EventLoops loops = new EventLoops(kind, "test");
        EventLoop loop = loops.create(Throwable::printStackTrace);
        try (Listener listener = loops.listen(new InetSocketAddress("127.0.0.1", 0), 10, SocketSettings.DEFAULT);
                Socket s = new Socket()) {
            loop.listen(listener, (on, peer) -> new Echo(on));
            Thread thread = Thread.ofPlatform().start(loop::run);
            s.setTcpNoDelay(true);
            s.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.address().port()));
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long perMessage = Long.MAX_VALUE;
            for (int round = 0; round < MOST_ROUNDS && perMessage > 2; round++) {
                long before = threads.getThreadAllocatedBytes(thread.threadId());
                echo(s, MESSAGES);
                perMessage = (threads.getThreadAllocatedBytes(thread.threadId()) - before) / MESSAGES;
            }
            loop.stop();
            thread.join();
            assertThat(perMessage).as("bytes per message").isLessThanOrEqualTo(2);
        }
        loop.close();
    }

    private static void echo(Socket s, int times) throws IOException {
        byte[] b = new byte[200];
        for (int i = 0; i < times; i++) {
            s.getOutputStream().write(b);
            assertThat(s.getInputStream().readNBytes(b, 0, b.length)).isEqualTo(b.length);
        }
    }
}
