package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.stability.LoopbackSite;
import io.mtproxy.tools.tls.FakeTls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strangers that are passed on to the site: what they may cost those whom the proxy serves. */
class PassedOnIT {
    /** Together they want more than the half of all memory for buffers, 64 KiB each at the least. */
    private static final int STRANGERS = 200;
    private static final int MEMORY = 16 << 20;

    @TempDir
    private Path directory;

    /** A site that floods whoever says something. */
    private static void flood(Socket visitor) throws IOException {
        while (visitor.getInputStream().read() >= 0) {
            for (int i = 0; i < 1000; i++) {
                visitor.getOutputStream().write(new byte[32 << 10]);
            }
        }
    }

    private static Socket stranger(World world) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(world.proxy().address());
        socket.getOutputStream().write('G');
        return socket;
    }

    @Test
    void theyGoBeforeAnybodyOfOurs() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try (LoopbackSite site = LoopbackSite.start(PassedOnIT::flood);
                World world = Hidden.world(World.Plan.ours().service(new Floods(new LoadService())),
                        site.address().getPort(), directory, "--cpu-threads", "1", "--msg-buffers-size",
                        String.valueOf(MEMORY))) {
            LoadTarget target = Hidden.target(world, FakeTls.of(RealSite.DOMAIN));
            try (ClientConnection slowReader = ClientConnection.open(target.client(0), new SplittableRandom());
                    LoadExchange other = new LoadExchange(target.client(0), new SplittableRandom())) {
                other.echo(1000, false);
                Await.until("something waits for the slow reader", Harness.SOON, () -> {
                    Floods.ask(slowReader, 1);
                    return stat(world, "total_used_buffers_size") > 1 << 20;
                });
                for (int i = 0; i < STRANGERS; i++) {
                    strangers.add(stranger(world));
                }
                Await.until("some of them go", Harness.SOON, () -> stat(world, "closed_client_unproven_evicted") > 0
                        && stat(world, "total_used_buffers_size") <= MEMORY / 2);
                other.echo(1000, false);
                assertThat(stat(world, "closed_client_memory") + stat(world, "closed_client_too_slow")).isZero();
                assertThat(stat(world, "ext_connections")).as("the slow reader and the other").isEqualTo(2);
            }
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    private static long stat(World world, String key) throws IOException {
        return world.proxy().stats().number(key);
    }
}
