package io.mtproxy.tools.it;

import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory goes back to the system when a burst is over: that of the start, and that of many clients who rest. */
class RestingMemoryIT {
    /** Matches its line in the JVM's log. */
    private static final String COLLECTION = "Pause Full .System.gc";
    /** Their ciphers are more than the MiB that is worth a collection. */
    private static final int CLIENTS = 700;

    @TempDir
    private Path directory;

    @Test
    void aCollectionFollowsABurst() throws Exception {
        try (World world = World.Plan.ours().arguments("--cpu-threads", "1").start(directory,
                options -> options.environment(Map.of("MTPROXY_JVM_FLAGS", "-Xlog:gc")))) {
            world.proxy().awaitServing(LoadTarget.of(world.proxy().address(), World.KEY));
            awaitCollections(world, 1);
            List<Socket> clients = new ArrayList<>();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    Socket client = new Socket(world.proxy().address().getAddress(), world.proxy().address().getPort());
                    clients.add(client);
                    client.getOutputStream().write(ObfuscatedHeader
                            .create(Transport.PADDED, 2, World.KEY, new SecureRandom()).bytes());
                }
                awaitCollections(world, 2);
            } finally {
                for (Socket client : clients) {
                    client.close();
                }
            }
        }
    }

    private static void awaitCollections(World world, int count) {
        Await.until(count + " collections", Harness.SOON,
                () -> world.proxy().log().split(COLLECTION, -1).length > count);
    }
}
