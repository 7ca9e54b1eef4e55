package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.ExchangeFault;
import io.mtproxy.tools.sim.FrameFault;
import io.mtproxy.tools.sim.LinkFaults;
import io.mtproxy.tools.sim.NatRule;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.DiffieHellman;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.ProxyRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options that act between the proxy and Telegram, each observed on Telegram's side. */
class TelegramFlagsIT {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] OUTSIDE = {(byte) 203, 0, 113, 7};

    @TempDir
    private Path directory;

    private static LoadTarget target(World world) {
        return LoadTarget.of(world.proxy().address(), World.KEY);
    }

    /** A proxy that finds this Telegram, or another port of the loopback. */
    private World world(SimulatedTelegram telegram, int port, String... arguments) throws IOException {
        TelegramFiles files = TelegramFiles.write(directory, telegram);
        Files.writeString(files.config(),
                Files.readString(files.config()).replace(":" + telegram.address().getPort() + ";", ":" + port + ";"));
        return new World(telegram, ProxyProcess.start(new ProxyOptions(ProxyOptions.defaultExecutable(), directory,
                files.config(), files.secret(), List.of(World.SECRET), List.of(arguments))));
    }

    private static SimulatedTelegram.Options telegram() {
        return SimulatedTelegram.Options.defaults().service(new LoadService());
    }

    /** Answers load and keeps the head of every request. */
    private static PacketService keeping(Queue<byte[]> heads) {
        PacketService load = new LoadService();
        return (session, packet) -> {
            heads.add(session.head().clone());
            return load.packet(session, packet);
        };
    }

    private static ProxyRequest.Decoded head(Queue<byte[]> heads) {
        byte[] head = heads.element();
        return ProxyRequest.decode(head, 0, head.length);
    }

    @Test
    void theTagTravelsWithEveryPacket() throws Exception {
        Queue<byte[]> heads = new ConcurrentLinkedQueue<>();
        String tag = "0123456789abcdeffedcba9876543210";
        try (World world = World.Plan.ours().service(keeping(heads)).arguments("-P", "00".repeat(16), "-P", tag)
                .serving(directory)) {
            assertThat(head(heads).tag()).isEqualTo(HexFormat.of().parseHex(tag));
            assertThat(world.proxy().stats().number("proxy_tag_set")).isEqualTo(1);
        }
    }

    @Test
    void withoutATagThereIsNone() throws Exception {
        Queue<byte[]> heads = new ConcurrentLinkedQueue<>();
        try (World world = World.Plan.ours().service(keeping(heads)).serving(directory)) {
            assertThat(head(heads).tag()).isNull();
            assertThat(world.proxy().stats().number("proxy_tag_set")).isZero();
        }
    }

    @Test
    void telegramIsPingedAtTheGivenInterval() throws Exception {
        try (World world = World.Plan.ours().arguments("-T", "0.1").serving(directory)) {
            // five seconds, the default, would make four per link until we give up
            Await.until("twenty pings per link", Harness.SOON, () -> {
                var seen = world.telegram().statistics();
                return seen.linksNow() > 0 && seen.pingsReceived() >= 20 * seen.linksNow();
            });
            assertThat(world.telegram().statistics().linksTotal()).as("answered pings keep the links")
                    .isEqualTo(world.telegram().statistics().linksNow());
        }
    }

    /** From a moment on, Telegram says nothing more on the links that there are. */
    private static final class Silence implements LinkFaults {
        private final AtomicLong last = new AtomicLong();
        private volatile long upTo;

        @Override
        public ExchangeFault exchange(long link) {
            last.accumulateAndGet(link, Math::max);
            return ExchangeFault.NONE;
        }

        @Override
        public FrameFault frame(long link, int type) {
            return link <= upTo ? FrameFault.DROP : FrameFault.NONE;
        }

        void begin() {
            upTo = last.get();
        }
    }

    @Test
    void aLinkThatIsSilentForTwentyIntervalsIsReplaced() throws Exception {
        Silence silence = new Silence();
        SimulatedTelegram telegram = SimulatedTelegram.start(telegram().faults(silence));
        try (World world = world(telegram, telegram.address().getPort(), "-T", "0.1")) {
            world.proxy().awaitLinks(World.LINKS);
            silence.begin();
            Await.until("new links", Harness.SOON, () -> telegram.statistics().linksTotal() >= 2 * silence.upTo);
            world.proxy().awaitServing(target(world));
            Await.until("the old ones are gone", Harness.SOON, () -> telegram.statistics().linksNow() <= silence.upTo);
        }
    }

    /** The first thing that a proxy with these arguments says to Telegram. */
    private Nonce nonce(String... arguments) throws IOException {
        SimulatedTelegram telegram = SimulatedTelegram.start(telegram());
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                World world = world(telegram, listener.getLocalPort(), arguments);
                Socket link = listener.accept()) {
            link.setSoTimeout((int) Harness.SOON.toMillis());
            byte[] length = link.getInputStream().readNBytes(4);
            byte[] rest = link.getInputStream().readNBytes(Bytes.int32(length, 0) - 4);
            assertThat(world.proxy().alive()).isTrue();
            return Nonce.decode(rest, 4, rest.length - 8); // behind the sequence number, before the checksum
        }
    }

    @Test
    void forceDhOffersASharedValueOnALink() throws Exception {
        Nonce nonce = nonce("--force-dh");
        assertThat(nonce.schema()).isEqualTo(Nonce.SCHEMA_DH);
        assertThat(DiffieHellman.acceptable(nonce.dhPublic())).isTrue();
        assertThat(nonce().schema()).as("without --force-dh").isEqualTo(Nonce.SCHEMA_AES);
    }

    @Test
    void linksWithDhServe() throws Exception {
        try (World world = World.Plan.ours().arguments("--force-dh").serving(directory);
                LoadExchange client = new LoadExchange(target(world).client(0), new SplittableRandom())) {
            client.echo(100_000, true);
            world.proxy().awaitLinks(World.LINKS);
            assertThat(world.telegram().statistics().linksRefused()).isZero();
            ProxyStats stats = world.proxy().stats();
            long links = stats.number("ready_outbound_connections");
            assertThat(links).isPositive();
            assertThat(stats.number("active_dh_connections")).isEqualTo(links);
            assertThat(stats.number("total_dh_connections")).isEqualTo(links);
            assertThat(stats.values()).containsEntry("tot_dh_rounds", links + " 0 " + links)
                    .containsEntry("total_dh_rounds", links + " 0 " + links);
            world.telegram().close();
            Await.until("links that are gone count no more", Harness.SOON,
                    () -> world.proxy().stats().number("active_dh_connections") == 0);
        }
    }

    @Test
    void natInfoTranslatesOurAddressInKeysAndRequests() throws Exception {
        Queue<byte[]> heads = new ConcurrentLinkedQueue<>();
        SimulatedTelegram telegram = SimulatedTelegram.start(SimulatedTelegram.Options.defaults()
                .service(keeping(heads)).nat(List.of(new NatRule(LOOPBACK, OUTSIDE))));
        try (World world = world(telegram, telegram.address().getPort(), "--nat-info", "10.1.2.3:10.3.2.1",
                "--nat-info", "127.0.0.1:203.0.113.7", "--nat-info", "127.0.0.1:198.51.100.1")) {
            world.proxy().awaitServing(target(world));
            assertThat(head(heads).ourAddress()).isEqualTo(ProxyRequest.mapped(OUTSIDE));
            assertThat(head(heads).clientAddress()).isEqualTo(ProxyRequest.mapped(LOOPBACK));
        }
    }

    @Test
    void withoutNatInfoATelegramOutsideIsNotUnderstood() throws Exception {
        SimulatedTelegram telegram = SimulatedTelegram.start(telegram().nat(List.of(new NatRule(LOOPBACK, OUTSIDE))));
        try (World world = world(telegram, telegram.address().getPort())) {
            Await.until("links are refused", Harness.SOON, () -> telegram.statistics().linksRefused() > 0);
            assertThat(telegram.statistics().linksTotal()).isZero();
            assertThat(world.proxy().stats().number("ready_outbound_connections")).isZero();
        }
    }

    @Test
    void anotherPasswordFileIsNotUnderstood() throws Exception {
        SimulatedTelegram telegram = SimulatedTelegram.start(telegram());
        Path other = Files.write(directory.resolve("other-secret"), new byte[64]);
        try (World world = world(telegram, telegram.address().getPort(), "--aes-pwd", other.toString())) {
            Await.until("links are refused", Harness.SOON, () -> telegram.statistics().linksRefused() > 0);
            assertThat(telegram.statistics().linksTotal()).isZero();
            assertThat(world.proxy().alive()).isTrue();
        }
    }

    @Test
    void minConnectionsIsDividedOverTheLoops() throws Exception {
        try (World world = World.Plan.ours().arguments("--cpu-threads", "3").serving(directory)) {
            world.proxy().awaitStat("ready_outbound_connections", World.LINKS);
            assertThat(world.proxy().stats().number("outbound_connections")).isEqualTo(World.LINKS);
        }
    }

    @Test
    void newSecretsAndTargetsApplyAtSighupWhileALiveSessionGoesOn() throws Exception {
        Path secrets = Files.writeString(directory.resolve("secrets"), World.SECRET + "\n");
        byte[] newKey = HexFormat.of().parseHex("ff".repeat(16));
        try (World world = World.Plan.ours().secrets(List.of()).arguments("--mtproto-secret-file", secrets.toString())
                .start(directory);
                SimulatedTelegram next = SimulatedTelegram
                        .start(telegram().proxySecret(world.telegram().proxySecret()))) {
            world.proxy().awaitServing(target(world));
            try (LoadExchange live = new LoadExchange(target(world).client(0), new SplittableRandom())) {
                live.echo(100, false);
                Files.writeString(secrets, "# rotated\n" + "ff".repeat(16) + "\n");
                Files.writeString(directory.resolve("backend.conf"), next.proxyConfig());
                long before = world.telegram().statistics().sessionsTotal();
                new ProcessFacts(world.proxy().pid()).signal("HUP");

                world.proxy().awaitServing(LoadTarget.of(world.proxy().address(), newKey));

                live.echo(5000, true);
                assertThat(world.telegram().statistics().sessionsTotal()).as("new clients at the old target")
                        .isEqualTo(before);
                assertThat(next.statistics().sessionsTotal()).isPositive();
                LoadTarget old = target(world).patience(Duration.ofSeconds(1));
                assertThat(old.serves()).as("the secret that is gone").isFalse();
            }
            Await.until("the old links end with their last client", Harness.SOON,
                    () -> world.telegram().statistics().linksNow() == 0);
        }
    }
}
