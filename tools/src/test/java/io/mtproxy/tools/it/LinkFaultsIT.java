package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.sim.ExchangeFault;
import io.mtproxy.tools.sim.FrameFault;
import io.mtproxy.tools.sim.LinkFaults;
import io.mtproxy.tools.sim.ScriptedFaults;
import io.mtproxy.tools.sim.Statistics;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong on a link ends that link and its clients, nothing else. */
class LinkFaultsIT {

    /** The frame is damaged, so that nothing behind it can be trusted. */
    private static final Set<FrameFault> FATAL = EnumSet.of(FrameFault.BAD_CHECKSUM, FrameFault.WRONG_SEQUENCE,
            FrameFault.OVERSIZED_LENGTH, FrameFault.ODD_LENGTH, FrameFault.GARBAGE, FrameFault.CLOSE_IN_FRAME,
            FrameFault.RESET_IN_FRAME);

    /** Lines about the target as a whole, when its first link comes or its last one goes. */
    private static final int UPS_AND_DOWNS = 4;

    @Test
    void telegramDiesInMidStreamAndComesBack(@TempDir Path directory) throws Exception {
        try (Harness harness = Harness.start(directory)) {
            int clients = 9;
            LoadRun endless = LoadRun.start(
                    new LoadPlan(harness.target(), Harness.streams(LoadMode.BOTH, Long.MAX_VALUE / 2), clients));
            Await.until("the streams flow", Harness.SOON,
                    () -> endless.report().handshakes() == clients
                            && harness.telegram().statistics().bytesIn() > 10_000_000);

            harness.killTelegram();

            LoadReport report = endless.await();
            assertThat(report.failed()).isEqualTo(clients);
            assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures().keySet())
                    .isSubsetOf("closed by the proxy", "reset by the proxy"));
            harness.awaitNoClients();

            harness.reviveTelegram();
            harness.proxy().awaitServing(harness.target());
            assertServes(harness);
            harness.stopInPeace();
        }
    }

    @Test
    void aDamagedFrameEndsItsLinkAndOnlyThat(@TempDir Path directory) throws Exception {
        ScriptedFaults faults = new ScriptedFaults();
        try (Harness harness = Harness.start(directory, faults)) {
            for (FrameFault fault : FATAL) {
                assertEndsTheLink(harness, faults, fault);
            }
            assertServes(harness);
            harness.stopInPeace();
        }
    }

    private static void assertEndsTheLink(Harness harness, ScriptedFaults faults, FrameFault fault) throws IOException {
        // C waits for whatever length a frame claims to have, so that the link hangs
        if (Harness.isReference() && (fault == FrameFault.OVERSIZED_LENGTH || fault == FrameFault.GARBAGE)) {
            return;
        }
        // so that the next new one replaces that which the fault has ended, whose end is in the log then
        harness.proxy().awaitLinks(World.LINKS);
        long linksBefore = harness.telegram().statistics().linksTotal();
        int linesBefore = lines(harness);
        try (LoadExchange victim = new LoadExchange(harness.target().client(0), new SplittableRandom())) {
            victim.echo(100, false);
            faults.nextAnswer(fault);
            assertThat(catchThrowable(() -> victim.echo(100, false)))
                    .as("what the client of a link with %s sees", fault)
                    .isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
        }
        Await.until("a new link instead of that with " + fault, Harness.SOON,
                () -> harness.telegram().statistics().linksTotal() > linksBefore);
        assertThat(harness.proxy().alive()).as("the proxy lives after %s", fault).isTrue();
        if (!Harness.isReference()) {
            int expected = fault == FrameFault.CLOSE_IN_FRAME || fault == FrameFault.RESET_IN_FRAME ? 0 : 1;
            assertThat(lines(harness) - linesBefore).as("log lines about %s", fault).isEqualTo(expected);
        }
    }

    /** Each link from the second on suffers the next fault, then all is well. */
    private record OneAfterTheOther(List<ExchangeFault> faults) implements LinkFaults {
        @Override
        public ExchangeFault exchange(long link) {
            int index = (int) link - 2;
            return index >= 0 && index < faults.size() ? faults.get(index) : ExchangeFault.NONE;
        }
    }

    @Test
    void refusedHandshakesCostNothingButTheLink(@TempDir Path directory) throws Exception {
        // a filler word in the clear behind the nonce: C and we take it for cipher text and close
        List<ExchangeFault> refusals = EnumSet
                .complementOf(EnumSet.of(ExchangeFault.NONE, ExchangeFault.EARLY_BYTES)).stream().toList();
        int links = refusals.size() + 1;
        String pool = "max_connections " + links + ";\nmin_connections " + links + ";\n";
        try (Harness harness = Harness.start(directory, new OneAfterTheOther(refusals), pool)) {
            Await.until("all " + refusals.size() + " refusals are through", Harness.SOON,
                    () -> ended(harness.telegram().statistics()) >= refusals.size());
            Await.until("the pool is whole", Harness.SOON, () -> harness.telegram().statistics().linksNow() >= links);

            assertServes(harness);
            String target = "127.0.0.1:" + harness.telegram().address().getPort();
            assertThat(harness.proxy().log().lines().filter(line -> line.contains(target)).count())
                    .as("log lines about links").isLessThanOrEqualTo(refusals.size() + UPS_AND_DOWNS);
            harness.stopInPeace();
        }
    }

    /** A handshake that only the proxy finds wrong is complete for Telegram, for a moment. */
    private static long ended(Statistics telegram) {
        return telegram.linksRefused() + telegram.linksTotal() - telegram.linksNow();
    }

    @Test
    void clientsOfOtherLinksDoNotNotice(@TempDir Path directory) throws Exception {
        ScriptedFaults faults = new ScriptedFaults();
        try (Harness harness = Harness.start(directory, faults)) {
            harness.proxy().awaitLinks(World.LINKS);
            LoadRun run = LoadRun.start(new LoadPlan(harness.target(), Harness.streams(LoadMode.BOTH, 4 << 20), 60));
            Await.until("the streams flow", Harness.SOON, () -> run.report().handshakes() == 60);
            faults.nextAnswer(FrameFault.BAD_CHECKSUM);

            LoadReport report = run.await();

            assertThat(report.failed()).as("clients of the damaged link").isBetween(1L, 59L);
            harness.stopInPeace();
        }
    }

    private static void assertServes(Harness harness) throws InterruptedException {
        LoadReport report = LoadRun.start(new LoadPlan(harness.target(), LoadWork.echo(10, 16, 5000), 30)).await();
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
    }

    private static int lines(Harness harness) throws IOException {
        return (int) harness.proxy().log().lines().count();
    }
}
