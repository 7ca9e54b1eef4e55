package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.load.SilenceProbe;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who does not know the secret learns nothing: no byte, and no early end of the connection. The time is a few seconds;
 * {@code -Dmtproxy.silence.seconds=60} makes it a minute.
 */
class HostileClientIT {

    private static final Duration SILENCE = Duration.ofSeconds(Integer.getInteger("mtproxy.silence.seconds", 4));
    /** From then on we close such connections, each at a time of its own. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    private final SplittableRandom random = new SplittableRandom();

    @Test
    void strangersGetNoAnswer(@TempDir Path directory) throws Exception {
        try (Harness harness = Harness.start(directory)) {
            LoadPlan welcome = new LoadPlan(harness.target(), LoadWork.echo(20, 16, 5000), 9);
            assertThat(LoadRun.start(welcome).await().failed()).isZero();
            harness.awaitNoClients();
            long descriptors = harness.descriptors();

            assertThat(probe(harness)).allSatisfy((stranger, result) -> {
                assertThat(result.answered()).as("bytes answered to %s", stranger).isZero();
                assertThat(result.closed() && SILENCE.compareTo(PATIENT) < 0).as("%s was thrown out", stranger)
                        .isFalse();
            });

            harness.awaitRest(descriptors);
            assertThat(LoadRun.start(welcome).await().failed()).isZero();
            harness.stopInPeace();
        }
    }

    private Map<String, SilenceProbe> probe(Harness harness) throws Exception {
        Map<String, Future<SilenceProbe>> probes = new LinkedHashMap<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            strangers().forEach((name, bytes) -> probes.put(name,
                    executor.submit(() -> SilenceProbe.send(harness.target().proxy(), bytes, SILENCE))));
        }
        Map<String, SilenceProbe> results = new LinkedHashMap<>();
        for (Map.Entry<String, Future<SilenceProbe>> probe : probes.entrySet()) {
            results.put(probe.getKey(), probe.getValue().get());
        }
        return results;
    }

    private Map<String, byte[]> strangers() {
        Map<String, byte[]> strangers = new LinkedHashMap<>();
        for (Transport transport : Transport.values()) {
            strangers.put("wrong secret, " + transport, header(transport, noise(16)));
            strangers.put("no secret, " + transport, header(transport, null));
        }
        for (int length : List.of(1, 8, 9, 63, 64, 65, 300, 20_000)) {
            strangers.put("noise of " + length + " bytes", noise(length));
        }
        strangers.put("half a header", Arrays.copyOf(header(Transport.PADDED, noise(16)), 32));
        strangers.put("silence", new byte[0]);
        for (String request : List.of("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", "POST /api HTTP/1.1\r\n\r\n",
                "HEAD / HTTP/1.0\r\n\r\n", "OPTIONS * HTTP/1.1\r\n\r\n")) {
            strangers.put(request.lines().toList().getFirst(), request.getBytes(StandardCharsets.US_ASCII));
        }
        strangers.put("unobfuscated abridged", new byte[] {(byte) 0xef, 0x0e});
        strangers.put("a TLS hello", Arrays.copyOf(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}, 517));
        return strangers;
    }

    private byte[] header(Transport transport, byte[] secret) {
        return ObfuscatedHeader.create(transport, 2, secret, random).bytes();
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }
}
