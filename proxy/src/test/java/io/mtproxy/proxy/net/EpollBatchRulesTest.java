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

    /** Does something when data comes. */
    private static final class Scripted extends Probe {
        private volatile Runnable onData = () -> {};

        Scripted(EventLoop loop, Endpoint peer) {
            super(loop, peer);
        }

        @Override
        protected void data(byte[] b, int off, int len) {
            super.data(b, off, len);
            onData.run();
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
        probes.get(0).onData = () -> {
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
        probes.get(0).onData = () -> loop.close(twice); // "closing twice does nothing"
        send(1, 1);
        probes.get(0).await("data");
        assertThat(probes.get(1).happened.poll(3, TimeUnit.SECONDS)).isEqualTo("data");
        closeAll();
    }

    @Test
    void whoWasPausedByAnotherIsNotReadFurther() throws Exception {
        connectAll(2);
        probes.get(0).onData = () -> loop.interest(probes.get(1), false, false);
        send(1, 100_000);
        probes.get(0).await("data");
        onLoop(() -> {});
        int[] came = new int[1];
        onLoop(() -> came[0] = probes.get(1).received.size());
        assertThat(came[0]).isLessThanOrEqualTo(SubmissionRing.MOST_RECEIVED);
        closeAll();
    }

    @Test
    void whoWasPausedByAnotherIsNotToldOfTheEnd() throws Exception {
        connectAll(2);
        probes.get(0).onData = () -> loop.interest(probes.get(1), false, false);
        onLoop(() -> {
            write(0, 1);
            try {
                sockets.get(1).shutdownOutput();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        probes.get(0).await("data");
        onLoop(() -> {});
        assertThat(probes.get(1).happened).isEmpty();
        onLoop(() -> loop.interest(probes.get(1), true, false));
        assertThat(probes.get(1).next()).isEqualTo("half-closed");
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
