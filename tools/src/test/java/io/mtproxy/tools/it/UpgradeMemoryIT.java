package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadTarget;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mtproxyctl upgrade} of a proxy that has not the memory to write down what it has. */
class UpgradeMemoryIT {
    private static final int MANY = 3_800;

    @TempDir
    private Path directory;

    @Test
    void itIsRefusedUntilThereIsLess() throws Exception {
        try (World world = World.Plan.ours().start(directory, options -> Lineage.controlled(options)
                .environment(Map.of("MTPROXY_JVM_FLAGS", "-Xmx14m")));
                Lineage lineage = new Lineage(directory, world.proxy())) {
            LoadTarget target = LoadTarget.of(world.proxy().address(), World.KEY);
            world.proxy().awaitServing(target);
            List<Socket> many = new ArrayList<>();
            try {
                for (int i = 0; i < MANY; i++) {
                    many.add(new Socket(world.proxy().address().getAddress(), world.proxy().address().getPort()));
                }
                world.proxy().awaitStat("total_special_connections", MANY);
                assertThat(lineage.refused("upgrade")).contains("MiB of memory are needed to hand over all clients");
                assertThat(target.serves()).as("the old one goes on").isTrue();
            } finally {
                for (Socket each : many) {
                    each.close();
                }
            }
            world.proxy().awaitStat("total_special_connections", 0);
            lineage.upgrade();
            assertThat(target.serves()).isTrue();
            lineage.stopInPeace();
        }
    }
}
