package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.os.SubmissionRing;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a connection may rely on although others are read and written together with it. */
@EnabledOnOs(OS.LINUX)
class EpollBatchRulesTest extends LoopFixture {
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Scripted> probes = new ArrayList<>();

    /** Does something when data or the end comes. */
    private static final class Scripted extends Probe {
        private volatile Runnable onNews = () -> {};
        private volatile boolean news;

        Scripted(EventLoop loop, Endpoint peer) {
            super(loop, peer);
        }

        @Override
        protected void data(byte[] b, int off, int len) {
            super.data(b, off, len);
            news();
        }

        @Override
        protected void halfClosed() {
            super.halfClosed();
            news();
        }

        private void news() {
            news = true;
            onNews.run();
        }

        /** Which of the two was told of something. */
        Scripted awaitNewsOfEither(Scripted other) {
            while (!news && !other.news) {
                Thread.onSpinWait();
            }
            return news ? this : other;
        }
    }

    @Override
    EventLoops loops() {
        return EventLoops.choose("epoll");
    }

    private void connectAll(int count) throws Exception {
        Listener l = listenOn("127.0.0.1", (on, peer) -> {
            Scripted p = new Scripted(on, peer);
            accepted.add(p);
            return p;
        });
        for (int i = 0; i < count; i++) {
            Socket s = new Socket();
            s.connect(address(l));
            s.setSoTimeout(5_000);
            sockets.add(s);
            probes.add((Scripted) acceptedOne());
        }
        l.close();
    }

    private void closeAll() throws Exception {
        for (Probe p : probes) {
            close(p);
        }
        for (Socket s : sockets) {
            s.close();
        }
    }

    /** So many bytes for each, in their order, before the loop waits for events again: one group. */
    private void send(int... lengths) throws InterruptedException {
        onLoop(() -> {
            for (int i = 0; i < lengths.length; i++) {
                write(i, lengths[i]);
            }
        });
    }

    private void write(int i, int length) {
        try {
            if (length > 0) {
                sockets.get(i).getOutputStream().write(new byte[length]);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aResetBehindAFullReadIsToldAsAReset() throws Exception {
        connectAll(2);
        probes.get(0).onNews = () -> {
            try {
                sockets.get(1).setSoLinger(true, 0);
                sockets.get(1).close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        };
        send(1, SubmissionRing.MOST_RECEIVED);
        probes.get(1).await("data");
        assertThat(probes.get(1).received.size()).isEqualTo(SubmissionRing.MOST_RECEIVED);
        assertThat(probes.get(1).next()).isEqualTo("failed: LostException"); // as without a batch
        closeAll();
    }

    @Test
    void whoIsClosedTwiceTakesNobodysBytes() throws Exception {
        connectAll(4);
        Scripted twice = probes.get(2);
        onLoop(() -> {
            for (int i = 2; i < 4; i++) {
                probes.get(i).out.append(new byte[] {1, 2, 3}, 0, 3);
                probes.get(i).touch();
            }
            new Probe(loop, Endpoint.NONE) { // flushed behind them: one is closed while its write is put aside
                @Override
                protected void flush() {
                    twice.out.clear();
                    loop.close(twice);
                }
            }.touch();
        });
        onLoop(() -> probes.get(0).bulk = true); // so that a single small read is left in the group
        probes.get(0).onNews = () -> loop.close(twice); // "closing twice does nothing"
        send(1, 1);
        probes.get(0).await("data");
        assertThat(probes.get(1).happened.poll(3, TimeUnit.SECONDS)).isEqualTo("data");
        closeAll();
    }

    /** Which of two is first is the kernel's business: whoever it is pauses the other one. */
    private void eachPausesTheOther() {
        for (int i = 0; i < 2; i++) {
            Scripted other = probes.get(1 - i);
            probes.get(i).onNews = () -> loop.interest(other, false, false);
        }
    }

    @Test
    void whoWasPausedByAnotherIsNotReadFurther() throws Exception {
        connectAll(2);
        eachPausesTheOther();
        send(30_000, 30_000);
        probes.getFirst().awaitNewsOfEither(probes.getLast());
        onLoop(() -> {});
        int[] least = new int[1];
        onLoop(() -> least[0] = Math.min(probes.get(0).received.size(), probes.get(1).received.size()));
        assertThat(least[0]).isLessThanOrEqualTo(SubmissionRing.MOST_RECEIVED);
        closeAll();
    }

    @Test
    void whoWasPausedByAnotherIsNotToldOfTheEnd() throws Exception {
        connectAll(2);
        eachPausesTheOther();
        onLoop(() -> {
            for (Socket s : sockets) {
                try {
                    s.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
        Scripted told = probes.getFirst().awaitNewsOfEither(probes.getLast());
        onLoop(() -> {});
        Scripted other = probes.get(told == probes.get(0) ? 1 : 0);
        assertThat(other.happened).isEmpty();
        onLoop(() -> loop.interest(other, true, false));
        assertThat(other.next()).isEqualTo("half-closed");
        closeAll();
    }

    @Test
    void anEmptyChunkIsNoWrite() throws Exception {
        connectAll(2);
        onLoop(() -> {
            for (Probe p : probes) {
                p.out.room(1, 1); // and nothing is put there
                p.touch();
            }
        });
        onLoop(() -> {});
        assertThat(bugs).isEmpty();
        assertThat(probes.get(0).isOpen()).isTrue();
        closeAll();
    }
}
