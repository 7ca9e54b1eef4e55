package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What happens when reads and writes of many connections are one system call each. */
@EnabledOnOs(OS.LINUX)
class EpollBatchTest extends LoopFixture {
    private static final int CLIENTS = 150; // more than one batch

    private final List<Socket> sockets = new ArrayList<>();
    private final List<Probe> probes = new ArrayList<>();

    @Override
    EventLoops loops() {
        return EventLoops.choose("epoll");
    }

    private void connectAll(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            sockets.add(client());
            probes.add(acceptedOne());
        }
    }

    private void closeAll() throws Exception {
        for (Probe p : probes) {
            close(p);
        }
        for (Socket s : sockets) {
            s.close();
        }
    }

    @Test
    void eachOfManyGetsItsOwnBytes() throws Exception {
        connectAll(CLIENTS);
        for (int length : new int[] {1, 300, 4095, 4096, 4097, 9000}) {
            onLoop(() -> writeAll(length)); // the loop reads them all in its next turn
            for (int i = 0; i < CLIENTS; i++) {
                byte[] expected = new byte[length];
                Arrays.fill(expected, (byte) i);
                assertThat(sockets.get(i).getInputStream().readNBytes(length)).isEqualTo(expected);
            }
        }
        closeAll();
    }

    private void writeAll(int length) {
        for (int i = 0; i < CLIENTS; i++) {
            byte[] b = new byte[length];
            Arrays.fill(b, (byte) i);
            try {
                sockets.get(i).getOutputStream().write(b);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void whatWasWrittenGoesOutBeforeTheEnd() throws Exception {
        connectAll(4);
        onLoop(() -> {
            for (Probe p : probes) {
                p.out.append(new byte[] {1, 2, 3}, 0, 3);
                p.touch();
            }
            Probe last = new Probe(loop, Endpoint.NONE) { // is flushed behind them, while their writes are put aside
                @Override
                protected void flush() {
                    loop.shutdownOutput(probes.get(0));
                    probes.get(1).out.clear();
                    loop.close(probes.get(1));
                    probes.get(2).out.append(new byte[] {4}, 0, 1);
                    probes.get(2).touch();
                }
            };
            last.touch();
        });
        assertThat(sockets.get(0).getInputStream().readAllBytes()).containsExactly(1, 2, 3);
        assertThat(sockets.get(1).getInputStream().readAllBytes()).containsExactly(1, 2, 3);
        assertThat(sockets.get(2).getInputStream().readNBytes(4)).containsExactly(1, 2, 3, 4);
        assertThat(sockets.get(3).getInputStream().readNBytes(3)).containsExactly(1, 2, 3);
        onLoop(() -> probes.forEach(p -> assertThat(p.out.pending()).isZero()));
        closeAll();
    }

    @Test
    void slowReadersGetAllInOrder() throws Exception {
        connectAll(8);
        int pieces = 4000;
        byte[] piece = new byte[2000];
        for (int k = 0; k < pieces; k++) { // the kernel's buffers fill up: some writes are taken in part or not at all
            Arrays.fill(piece, (byte) k);
            onLoop(() -> {
                for (Probe p : probes) {
                    p.out.append(piece, 0, piece.length);
                    p.touch();
                }
            });
        }
        for (Socket s : sockets) {
            for (int k = 0; k < pieces; k++) {
                Arrays.fill(piece, (byte) k);
                assertThat(s.getInputStream().readNBytes(piece.length)).isEqualTo(piece);
            }
        }
        closeAll();
    }

    @Test
    void aLostPeerIsToldAndTheOthersGoOn() throws Exception {
        connectAll(3);
        sockets.get(1).setSoLinger(true, 0);
        sockets.get(1).close();
        probes.get(1).await("failed: LostException");
        onLoop(() -> {
            for (Probe p : probes) {
                p.out.append(new byte[] {9}, 0, 1);
                p.touch();
            }
        });
        assertThat(sockets.get(0).getInputStream().read()).isEqualTo(9);
        assertThat(sockets.get(2).getInputStream().read()).isEqualTo(9);
        assertThat(probes.get(1).next()).isEqualTo("write failed");
        closeAll();
    }

    @Test
    void whoForgetsWhatWasWrittenIsClosed() throws Exception {
        connectAll(2);
        onLoop(() -> {
            Probe forgetful = new Probe(loop, Endpoint.NONE) {
                @Override
                protected void flush() {
                    probes.get(0).out.clear();
                }
            };
            for (Probe p : probes) {
                p.out.append(new byte[] {5}, 0, 1);
                p.touch();
            }
            forgetful.touch();
        });
        assertThat(sockets.get(1).getInputStream().read()).isEqualTo(5);
        onLoop(() -> {}); // the iteration in which it was found is over
        if (!bugs.isEmpty()) { // none where the kernel has no ring: then it was written at once
            assertThat(probes.get(0).next()).isEqualTo("failed: IOException");
            bugs.clear();
        }
        closeAll();
    }
}
