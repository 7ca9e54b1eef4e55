package io.mtproxy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.tls.FakeServer;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadRunTest {

    private static final UnaryOperator<byte[]> FAITHFUL = answer -> answer;

    @Test
    void echoesOfEverySizeInEveryTransport() throws Exception {
        LoadReport report = run(FAITHFUL, LoadWork.echo(40, 0, 3000), 6, Duration.ofSeconds(20));

        assertThat(report.failed()).isZero();
        assertThat(report.rows()).extracting(LoadReport.Row::transport).containsExactly(Transport.values());
        assertThat(report.rows()).allSatisfy(row -> {
            assertThat(row.handshakes()).isEqualTo(2);
            assertThat(row.requests()).isEqualTo(80);
            assertThat(row.quickAcks()).isEqualTo(20);
            assertThat(row.bytesUp()).isEqualTo(row.bytesDown()).isBetween(40_000L, 200_000L);
            assertThat(row.requestMicros().p50()).isPositive().isLessThanOrEqualTo(row.requestMicros().p99());
        });
    }

    @ParameterizedTest
    @EnumSource(value = LoadMode.class, names = {"DOWN", "UP", "BOTH"})
    void streamsOfAnyLength(LoadMode mode) throws Exception {
        long bytes = 1_000_003;

        LoadReport report = run(FAITHFUL, LoadWork.streams(mode, bytes), 3, Duration.ofSeconds(20));

        assertThat(report.failed()).isZero();
        assertThat(report.rows()).allSatisfy(row -> {
            assertThat(row.requests()).isEqualTo(1);
            assertThat(row.bytesDown()).isEqualTo(mode == LoadMode.UP ? 0 : bytes);
            assertThat(row.bytesUp()).isEqualTo(mode == LoadMode.DOWN ? 0 : bytes);
        });
    }

    @Test
    void aSmallWindowSlowsButDoesNotStop() throws Exception {
        LoadWork work = new LoadWork(LoadMode.BOTH, 2, 9, 9, 1_000_003, 1024, 8 * 1024, 8 * 1024, 0);

        LoadReport report = run(FAITHFUL, work, 3, Duration.ofSeconds(20));

        assertThat(report.failed()).isZero();
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.bytesUp()).isEqualTo(2 * 1_000_003));
    }

    @Test
    void churnConnectsAnewEachTime() throws Exception {
        LoadReport report = run(FAITHFUL, LoadWork.churn(7), 3, Duration.ofSeconds(20));

        assertThat(report.failed()).isZero();
        assertThat(report.handshakes()).isEqualTo(21);
    }

    @Test
    void insideFakeTls() throws Exception {
        FakeServer server = new FakeServer(LoopProxy.SECRET);
        FakeTls way = FakeTls.of("a.test");
        List<FakeTls> ways = List.of(way, way.hello(HelloKind.CLASSIC).segments(20).maxRecord(7));
        try (LoopProxy proxy = new LoopProxy(new LoadService(), FAITHFUL, server::accept)) {
            LoadReport report = LoadRun.start(new LoadPlan(LoadTarget.of(proxy.address(), LoopProxy.SECRET).tls(ways),
                    LoadWork.streams(LoadMode.BOTH, 300_000), 6)).await();

            assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
            assertThat(report.handshakes()).isEqualTo(6);
        }
        assertThat(server.hellos()).hasSize(6).allSatisfy(hello -> assertThat(hello.serverName()).isEqualTo("a.test"))
                .extracting(hello -> hello.length() == 517).containsOnly(true, false);
    }

    @Test
    void aProxyWithAnotherSecretIsNotBelieved() throws Exception {
        byte[] other = "fedcba9876543210".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try (LoopProxy proxy = new LoopProxy(new LoadService(), FAITHFUL,
                new FakeServer(LoopProxy.SECRET, other)::accept)) {
            LoadTarget target = LoadTarget.of(proxy.address(), LoopProxy.SECRET).tls(List.of(FakeTls.of(null)));

            assertThat(
                    LoadRun.start(new LoadPlan(target, LoadWork.echo(1, 9, 9), 1)).await().rows().getFirst().failures())
                    .containsExactly(Map.entry("broken packet: wrong server random", 1L));
        }
    }

    @Test
    void anotherByteInAnEcho() throws Exception {
        assertThat(failures(LoadWork.echo(1, 100, 100), answer -> {
            answer[60] ^= 1;
            return answer;
        })).containsOnlyKeys("an answer with other data");
    }

    @Test
    void aStreamWithAnotherByte() throws Exception {
        assertThat(failures(LoadWork.streams(LoadMode.DOWN, 500_000), new Nth(5, answer -> {
            answer[1000] ^= 1;
            return answer;
        }))).containsOnlyKeys("SHA-256 of a download differs");
    }

    @Test
    void aStreamWithAPieceMissing() throws Exception {
        assertThat(failures(LoadWork.streams(LoadMode.DOWN, 500_000), new Nth(5, answer -> new byte[0])))
                .containsOnlyKeys("a piece of a download out of turn");
    }

    @Test
    void silence() throws Exception {
        LoadReport report = run(answer -> new byte[0], LoadWork.echo(1, 100, 100), 1, Duration.ofMillis(500));

        assertThat(report.rows().getFirst().failures()).containsOnlyKeys("no answer in time");
    }

    @Test
    void nobodyThere() throws Exception {
        LoopProxy proxy = new LoopProxy(new LoadService(), FAITHFUL);
        proxy.close();

        LoadReport report = LoadRun.start(plan(proxy, LoadWork.echo(1, 9, 9), 1, Duration.ofSeconds(20))).await();

        assertThat(report.rows().getFirst().failures()).containsExactly(Map.entry("connection refused", 1L));
    }

    /** What a faulty proxy does to one answer of many. */
    private record Nth(int number, UnaryOperator<byte[]> fault, AtomicInteger seen) implements UnaryOperator<byte[]> {

        Nth(int number, UnaryOperator<byte[]> fault) {
            this(number, fault, new AtomicInteger());
        }

        @Override
        public byte[] apply(byte[] answer) {
            return seen.incrementAndGet() == number ? fault.apply(answer) : answer;
        }
    }

    private static Map<String, Long> failures(LoadWork work, UnaryOperator<byte[]> answers) throws Exception {
        return run(answers, work, 1, Duration.ofSeconds(20)).rows().getFirst().failures();
    }

    private static LoadReport run(UnaryOperator<byte[]> answers, LoadWork work, int clients, Duration patience)
            throws Exception {
        try (LoopProxy proxy = new LoopProxy(new LoadService(), answers)) {
            return LoadRun.start(plan(proxy, work, clients, patience)).await();
        }
    }

    private static LoadPlan plan(LoopProxy proxy, LoadWork work, int clients, Duration patience) throws IOException {
        LoadTarget target = new LoadTarget(proxy.address(), LoopProxy.SECRET, List.of(Transport.values()), List.of(2),
                patience, List.of());
        return new LoadPlan(target, work, clients);
    }
}
