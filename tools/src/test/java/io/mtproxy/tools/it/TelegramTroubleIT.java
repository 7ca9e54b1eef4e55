package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.sim.FrameFault;
import io.mtproxy.tools.sim.ScriptedFaults;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Telegram is slow, forgetful, or says what nobody understands: what is not damaged goes on. */
class TelegramTroubleIT {
    private final ScriptedFaults faults = new ScriptedFaults();

    @TempDir
    private Path directory;

    private static LoadExchange client(Backends backends) throws IOException {
        return new LoadExchange(backends.target().client(0), new SplittableRandom());
    }

    private static byte[] packet(long mark) {
        byte[] packet = new byte[64];
        Bytes.putInt64(packet, 0, mark);
        return packet;
    }

    @Test
    void messagesThatNobodyKnowsAreIgnored() throws Exception {
        try (Backends backends = Backends.Plan.of(1).faults(faults).serving(directory);
                LoadExchange client = client(backends)) {
            client.echo(100, false);
            backends.proxy().awaitLinks(World.LINKS);
            long links = backends.telegram(0).statistics().linksTotal();
            for (int i = 1; i <= 3; i++) {
                faults.nextAnswer(FrameFault.UNKNOWN_FIRST);
                client.echo(1000, false);
            }
            backends.proxy().awaitStat("mtproto_proxy_errors", 3);
            assertThat(backends.telegram(0).statistics().linksTotal()).isEqualTo(links);
        }
    }

    @Test
    void slowAnswersAllArrive() throws Exception {
        try (Backends backends = Backends.Plan.of(1).faults(faults).serving(directory)) {
            backends.proxy().awaitLinks(World.LINKS);
            long links = backends.telegram(0).statistics().linksTotal();
            faults.delay(Duration.ofMillis(40));
            LoadReport report = LoadRun.start(new LoadPlan(backends.target(), LoadWork.echo(5, 16, 3000), 12)).await();
            assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
            assertThat(report.rows()).allSatisfy(row -> assertThat(row.requestMicros().p50()).isGreaterThan(40_000));
            assertThat(backends.telegram(0).statistics().linksTotal()).isEqualTo(links);
        }
    }

    @Test
    void anAnswerThatTelegramForgetsIsTheOnlyOneThatIsMissing() throws Exception {
        try (Backends backends = Backends.Plan.of(1).faults(faults).service((session, packet) -> {
            session.answer(packet);
            return true;
        }).start(directory);
                ClientConnection client = ClientConnection.open(backends.target().client(0), new SplittableRandom())) {
            client.send(packet(1), 64, false);
            assertThat(mark(client)).isEqualTo(1);
            faults.nextAnswer(FrameFault.DROP);
            client.send(packet(2), 64, false);
            Await.until("Telegram has it", Harness.SOON, () -> backends.telegram(0).statistics().answers() == 2);
            client.send(packet(3), 64, false);
            assertThat(mark(client)).isEqualTo(3);
            assertThat(backends.stat("outbound_reconnects")).isZero();
        }
    }

    @Test
    void aFrameThatDoesNotEndEndsItsLinkAfterTwentySeconds() throws Exception {
        try (Backends backends = Backends.Plan.of(1).faults(faults).serving(directory)) {
            backends.proxy().awaitLinks(World.LINKS);
            LoadTarget patient = backends.target().patience(Harness.SOON);
            try (LoadExchange client = new LoadExchange(patient.client(0), new SplittableRandom())) {
                faults.nextAnswer(FrameFault.HANG_IN_FRAME);
                assertThatThrownBy(() -> client.echo(100, false)).isInstanceOf(IOException.class)
                        .isNotInstanceOf(SocketTimeoutException.class);
            }
            assertThat(backends.stat("closed_link_stuck")).isEqualTo(1);
            assertThat(backends.stat("closed_link_lost")).isEqualTo(1);
            Await.until("the log says why", Harness.SOON,
                    () -> backends.lines("a frame was not complete after 20000 ms of reading").size() == 1);
            try (LoadExchange next = client(backends)) {
                next.echo(100, false);
            }
        }
    }

    private static long mark(ClientConnection client) throws IOException {
        Incoming.Packet answer = (Incoming.Packet) client.receive();
        return Bytes.int64(answer.b(), answer.off());
    }

    @Test
    void whatCameBeforeTelegramHalfClosedALinkIsDelivered() throws Exception {
        try (Backends backends = Backends.Plan.of(1).faults(faults).serving(directory);
                LoadExchange client = client(backends)) {
            client.echo(100, false);
            backends.proxy().awaitLinks(World.LINKS);
            long links = backends.telegram(0).statistics().linksTotal();
            faults.nextAnswer(FrameFault.HALF_CLOSE);
            client.echo(50_000, false);
            assertThatThrownBy(() -> client.echo(100, false)).isInstanceOf(IOException.class);
            Await.until("a new link", Harness.SOON, () -> backends.telegram(0).statistics().linksTotal() > links);
            backends.proxy().awaitStat("closed_link_closed", 1);
            backends.proxy().awaitServing(backends.target());
        }
    }

    @Test
    void anAnswerForAClientThatHasLeftGoesNowhereAndTelegramIsToldAgain() throws Exception {
        BlockingQueue<SimulatedSession> sessions = new LinkedBlockingQueue<>();
        try (Backends backends = Backends.Plan.of(1).faults(faults).service((session, packet) -> {
            sessions.add(session);
            Thread.ofVirtual().start(() -> session.answer(packet));
            return true;
        }).start(directory)) {
            backends.proxy().awaitLinks(World.LINKS);
            faults.delay(Duration.ofSeconds(3)); // time enough for the client to leave
            try (ClientConnection client = ClientConnection.open(backends.target().client(0), new SplittableRandom())) {
                client.send(packet(1), 64, false);
                assertThat(sessions.poll(Harness.SOON.toSeconds(), TimeUnit.SECONDS)).isNotNull();
            }
            backends.proxy().awaitStat("dropped_responses", 1);
            Await.until("Telegram is told twice", Harness.SOON,
                    () -> backends.telegram(0).statistics().closesByProxy() == 2);
            assertThat(backends.stat("outbound_reconnects")).isZero();
        }
    }
}
