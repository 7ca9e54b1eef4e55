package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mtproxyctl upgrade} while somebody has said all that he wanted to say, and has not read yet. */
class UpgradeHalfClosedIT {
    /** More than the kernel takes for somebody who does not read. */
    private static final int WAITING = 1 << 20;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatWaitsForWhoHasHalfClosedArrives(int hops) throws Exception {
        try (World world = World.Plan.ours().service(new Floods(new LoadService())).start(directory,
                Lineage::controlled);
                Lineage lineage = new Lineage(directory, world.proxy())) {
            LoadTarget target = LoadTarget.of(world.proxy().address(), World.KEY);
            world.proxy().awaitServing(target);
            long before = world.proxy().stats().number("tot_forwarded_responses");
            try (ClientConnection client = ClientConnection.open(target.client(1), new SplittableRandom())) {
                int asked = 0;
                do {
                    Floods.ask(client, 1);
                    asked++;
                    world.proxy().awaitStat("tot_forwarded_responses", before + asked);
                } while (world.proxy().stats().number("total_used_buffers_size") < WAITING);
                client.finish();
                Await.until("the proxy has heard it", Harness.SOON,
                        () -> world.proxy().stats().number("ext_connections") == 0);
                for (int i = 0; i < hops; i++) {
                    lineage.upgrade();
                }
                assertThat(answers(client)).isEqualTo(asked);
            }
            lineage.stopInPeace();
        }
    }

    private static int answers(ClientConnection client) throws IOException {
        int answers = 0;
        try {
            while (true) {
                client.receive();
                answers++;
            }
        } catch (EOFException e) {
            return answers;
        }
    }
}
