package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.it.ForwardProxy.Kind;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --via}: all that goes to Telegram goes through another proxy. */
class ViaIT {
    private static final String NO_SECRET = "passw0rd";

    @TempDir
    private Path directory;

    private static LoadTarget target(World world) {
        return LoadTarget.of(world.proxy().address(), World.KEY);
    }

    private static void awaitLine(World world, String part) {
        Await.until("a line of the log: " + part, Harness.SOON, () -> world.proxy().log().contains(part));
    }

    private static long lines(World world, String part) throws IOException {
        return world.proxy().log().lines().filter(line -> line.contains(part)).count();
    }

    /** Keys of links only fit when both ends take the address that the proxy tells for ours. */
    @Test
    void linksGoThroughSocks5() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5);
                World world = World.Plan.ours().arguments("--via", via.url()).serving(directory);
                LoadExchange client = new LoadExchange(target(world).client(0), new SplittableRandom())) {
            client.echo(500_000, true);
            world.proxy().awaitLinks(World.LINKS);
            assertThat(world.telegram().statistics().linksTotal()).isEqualTo(via.passed());
            var stats = world.proxy().stats();
            assertThat(stats.number("via_attempts")).isGreaterThanOrEqualTo(World.LINKS);
            assertThat(stats.number("via_failures")).isZero();
            assertThat(stats.number("via_1_healthy")).isEqualTo(1);
            assertThat(world.telegram().statistics().linksRefused()).isZero();
        }
    }

    @Test
    void linksGoThroughSocks5WithAPassword() throws Exception {
        try (ForwardProxy via = ForwardProxy.guarded(Kind.SOCKS5);
                World world = World.Plan.ours().arguments("--via", via.url(ForwardProxy.ESCAPED), "--force-dh")
                        .serving(directory)) {
            assertThat(via.passed()).isPositive();
            assertThat(world.proxy().log()).doesNotContain(ForwardProxy.PASSWORD, ForwardProxy.ESCAPED);
        }
    }

    @Test
    void aWrongPasswordIsToldOnceAndNeverShown() throws Exception {
        try (ForwardProxy via = ForwardProxy.guarded(Kind.SOCKS5);
                World world = World.Plan.ours().arguments("--via", via.url(NO_SECRET)).start(directory)) {
            Await.until("some attempts", Harness.SOON, () -> world.proxy().stats().number("via_failures") > 2);
            assertThat(lines(world, "proxy " + via.url() + " is down: SOCKS5 status 1: the proxy refuses user and"))
                    .isEqualTo(1);
            assertThat(world.proxy().log()).doesNotContain(NO_SECRET);
            assertThat(world.proxy().stats().number("via_1_healthy")).isZero();
            assertThat(world.proxy().stats().values().toString()).doesNotContain(NO_SECRET);
            assertThat(via.passed()).isZero();
        }
    }

    @Test
    void aProxyThatWasDeadIsUsedAgain() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5);
                World world = World.Plan.ours().arguments("--via", via.url()).serving(directory)) {
            via.die();
            awaitLine(world, "proxy " + via.url() + " is down: ");
            assertThat(world.proxy().stats().number("via_1_healthy")).isZero();
            via.revive();
            world.proxy().awaitServing(target(world));
            awaitLine(world, "proxy " + via.url() + " is up");
            world.proxy().awaitStat("via_1_healthy", 1);
        }
    }

    @Test
    void aDeadProxyIsNoMatterBesideOneThatLives() throws Exception {
        try (ForwardProxy dead = ForwardProxy.open(Kind.SOCKS5); ForwardProxy via = ForwardProxy.open(Kind.SOCKS5)) {
            dead.die();
            try (World world = World.Plan.ours()
                    .arguments("--via", dead.url() + "?weight=1000", "--via", via.url()).serving(directory)) {
                world.proxy().awaitLinks(World.LINKS);
                assertThat(dead.passed()).isZero();
                assertThat(world.telegram().statistics().linksTotal()).isEqualTo(via.passed());
                assertThat(world.proxy().stats().number("via_2_healthy")).isEqualTo(1);
                world.proxy().awaitStat("via_1_healthy", 0);
            }
        }
    }

    @Test
    void aProxyThatSaysNothingIsGivenUpAtTheBoundOfConnecting() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5)) {
            via.silent(true);
            try (World world = World.Plan.ours().arguments("--via", via.url()).start(directory,
                    options -> options.environment(Map.of("MTPROXY_OUTBOUND_CONNECT_TIMEOUT_MS", "350")))) {
                awaitLine(world, "proxy " + via.url() + " is down: not through within 350 ms");
                via.silent(false);
                world.proxy().awaitServing(target(world));
            }
        }
    }

    /** The proxy works: the target does not. */
    @Test
    void aTargetThatRefusesIsNotTheProxysFault() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5);
                World world = World.Plan.ours().arguments("--via", via.url()).serving(directory)) {
            world.telegram().close();
            Await.until("attempts fail", Harness.SOON, () -> world.proxy().stats().number("via_failures") > 1);
            assertThat(world.proxy().stats().number("via_1_healthy")).isEqualTo(1);
            assertThat(lines(world, "proxy " + via.url() + " is down")).isZero();
        }
    }

    @Test
    void linksNeedAProxyThatTellsFromWhereItConnects() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5).withoutEnds();
                World world = World.Plan.ours().arguments("--via", via.url()).start(directory)) {
            awaitLine(world, "the SOCKS5 proxy does not tell from where it connects");
            assertThat(world.telegram().statistics().linksTotal()).isZero();
        }
    }

    @Test
    void linksCannotGoThroughHttp() {
        assertThatThrownBy(() -> World.Plan.ours().arguments("--via", "http://127.0.0.1:1").start(directory))
                .hasStackTraceContaining("middle proxies want to know").hasStackTraceContaining("expected: socks5://");
    }

    @Test
    void aUrlThatMakesNoSenseIsRefusedWithoutItsPassword() {
        assertThatThrownBy(
                () -> World.Plan.ours().arguments("--via", "socks5://me:" + NO_SECRET + "@host:0").start(directory))
                .hasStackTraceContaining("--via: port '0' (expected: 1..65535)")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(NO_SECRET));
    }

    // ---- direct connections

    private World direct(EchoCentre centre, String... via) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--direct", "--dc-override", centre.override()));
        for (String url : via) {
            arguments.addAll(List.of("--via", url));
        }
        return World.Plan.ours().arguments(arguments.toArray(String[]::new)).start(directory);
    }

    /** Whether what a client says comes back from its data centre. */
    private static boolean echoes(World world, int length) {
        ObfuscatedHeader.Created header = ObfuscatedHeader.create(Transport.PADDED, 2, World.KEY,
                new SplittableRandom());
        byte[] plain = new byte[length];
        new SplittableRandom(length).nextBytes(plain);
        Bytes.putInt32(plain, 0, length - 4); // one packet
        byte[] cipher = new byte[length];
        header.toProxy().apply(plain, 0, length, cipher, 0);
        try (Socket socket = new Socket()) {
            socket.connect(world.proxy().address());
            socket.setSoTimeout((int) Harness.SOON.toMillis());
            socket.getOutputStream().write(header.bytes());
            socket.getOutputStream().write(cipher);
            byte[] back = socket.getInputStream().readNBytes(length);
            byte[] heard = new byte[back.length];
            header.fromProxy().apply(back, 0, back.length, heard, 0);
            return Arrays.equals(heard, plain);
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"SOCKS5,false", "SOCKS5,true", "HTTP,false", "HTTP,true"})
    void directConnectionsGoThroughEitherKind(Kind kind, boolean guarded) throws Exception {
        try (EchoCentre centre = new EchoCentre();
                ForwardProxy via = (guarded ? ForwardProxy.guarded(kind) : ForwardProxy.open(kind)).withoutEnds();
                World world = direct(centre, guarded ? via.url(ForwardProxy.ESCAPED) : via.url())) {
            assertThat(echoes(world, 200)).isTrue();
            assertThat(echoes(world, 200_000)).isTrue();
            assertThat(via.passed()).isEqualTo(2).isEqualTo(centre.clients());
            world.proxy().awaitStat("via_attempts", 2);
            assertThat(world.proxy().stats().number("via_failures")).isZero();
        }
    }

    @Test
    void aWrongPasswordForHttpIsTold() throws Exception {
        try (EchoCentre centre = new EchoCentre();
                ForwardProxy via = ForwardProxy.guarded(Kind.HTTP);
                World world = direct(centre, via.url(NO_SECRET))) {
            assertThat(echoes(world, 200)).isFalse();
            awaitLine(world, "proxy " + via.url() + " is down: HTTP status 407: the proxy refuses user and password");
            assertThat(world.proxy().log()).doesNotContain(NO_SECRET);
            assertThat(centre.clients()).isZero();
        }
    }

    @Test
    void aClientIsServedByTheProxyThatLivesAtItsFirstAttempt() throws Exception {
        try (EchoCentre centre = new EchoCentre();
                ForwardProxy dead = ForwardProxy.open(Kind.HTTP);
                ForwardProxy via = ForwardProxy.open(Kind.SOCKS5);
                World world = direct(centre, dead.url() + "?weight=1000", via.url())) {
            assertThat(echoes(world, 200)).isTrue();
            dead.die();
            for (int i = 0; i < 5; i++) {
                assertThat(echoes(world, 200)).isTrue();
            }
            assertThat(lines(world, "proxy " + dead.url() + " is down: ")).isEqualTo(1);
            assertThat(via.passed()).isPositive();
            dead.revive();
            Await.until("it is used again", Harness.SOON, () -> echoes(world, 200)
                    && world.proxy().stats().number("via_1_healthy") == 1);
            assertThat(lines(world, "proxy " + dead.url() + " is up")).isEqualTo(1);
        }
    }

    @Test
    void aProxyThatSaysNothingIsTold() throws Exception {
        try (EchoCentre centre = new EchoCentre();
                ForwardProxy via = ForwardProxy.open(Kind.HTTP);
                World world = direct(centre, via.url())) {
            via.silent(true);
            assertThat(echoes(world, 200)).isFalse();
            awaitLine(world, "proxy " + via.url() + " is down: no");
            via.silent(false);
            assertThat(echoes(world, 200)).isTrue();
            awaitLine(world, "proxy " + via.url() + " is up");
        }
    }

    @Test
    void aTargetThatIsSilentIsNotTheProxysFaultWhenOthersAreReached() throws Exception {
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5);
                DirectWorld world = DirectWorld.Plan.of(DirectWorld.DC, 5).arguments("--via", via.url())
                        .start(directory)) {
            via.lose(world.centre(1).address().getPort());
            CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> world.target(5).serves());
            Await.until("the proxy waits for it", Harness.SOON, () -> via.waiting() == 1);
            assertThat(world.target(DirectWorld.DC).serves()).isTrue();
            assertThat(other.get()).isFalse();
            assertThat(world.stat("via_failures")).isEqualTo(1);
            assertThat(world.stat("via_1_healthy")).isEqualTo(1);
            assertThat(world.lines("proxy " + via.url() + " is down")).isEmpty();
            world.stopInPeace();
        }
    }

    // ---- a name that gets another address

    private static final String NAME = "via.test";
    private static final String ELSEWHERE = "127.0.0.8";

    /** From now on the name stands for this. */
    private void name(String lines) throws IOException {
        Files.writeString(directory.resolve("names"), lines);
    }

    /** Direct connections of a process that knows no names but ours. */
    private DirectWorld named(ForwardProxy via, String... more) throws IOException {
        List<String> words = new ArrayList<>(List.of("--via", via.named(NAME)));
        words.addAll(List.of(more));
        return DirectWorld.Plan.of(DirectWorld.DC).arguments(words.toArray(String[]::new)).start(directory,
                options -> options.environment(
                        Map.of("MTPROXY_JVM_FLAGS", "-Djdk.net.hosts.file=" + directory.resolve("names"))));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void atSighupItIsFollowedAndSessionsGoOn(int workers) throws Exception {
        name("127.0.0.1 " + NAME);
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5);
                ForwardProxy next = via.elsewhere(ELSEWHERE);
                DirectWorld world = named(via, "-M", String.valueOf(workers));
                LoadExchange live = new LoadExchange(world.target(DirectWorld.DC).client(0), new SplittableRandom())) {
            live.echo(100, false);
            name(ELSEWHERE + " " + NAME);
            Family.signal("HUP", world.proxy().pid());
            String moved = "proxy " + via.named(NAME) + " is at " + ELSEWHERE + " now, was at 127.0.0.1";
            Await.until("all have moved", Harness.SOON, () -> world.lines(moved).size() == Math.max(workers, 1));
            assertThat(world.target(DirectWorld.DC).serves()).isTrue();
            assertThat(next.passed()).isEqualTo(1);

            name("127.0.0.1 another.test");
            Family.signal("HUP", world.proxy().pid());
            String stays = "proxy " + via.named(NAME) + ": cannot resolve '" + NAME
                    + "' (expected: a name that has an address); " + ELSEWHERE + " stays in use";
            Await.until("all have asked in vain", Harness.SOON,
                    () -> world.lines(stays).size() == Math.max(workers, 1));
            assertThat(world.target(DirectWorld.DC).serves()).isTrue();
            assertThat(next.passed()).isEqualTo(2);
            live.echo(100, false);
            assertThat(via.passed()).isEqualTo(1);
            world.stopInPeace();
        }
    }

    @Test
    void whenItFailsTheNameIsAskedForAgain() throws Exception {
        name("127.0.0.1 " + NAME);
        try (ForwardProxy via = ForwardProxy.open(Kind.SOCKS5);
                ForwardProxy next = via.elsewhere(ELSEWHERE);
                DirectWorld world = named(via)) {
            assertThat(world.target(DirectWorld.DC).serves()).isTrue();
            name(ELSEWHERE + " " + NAME);
            via.die();
            Await.until("the other one is used", Harness.SOON, () -> world.target(DirectWorld.DC).serves());
            assertThat(next.passed()).isPositive();
            world.proxy().awaitStat("via_1_healthy", 1);
            assertThat(world.lines("proxy " + via.named(NAME) + " is down: ")).hasSize(1);
            assertThat(world.lines("proxy " + via.named(NAME) + " is up")).hasSize(1);
        }
    }

    // ---- programs that others have written, where they are installed

    private static Process start(String program, List<String> arguments, int port) throws Exception {
        Optional<Path> file = Stream.of("/usr/bin/", "/usr/sbin/", "/usr/local/bin/").map(d -> Path.of(d + program))
                .filter(Files::isExecutable).findFirst();
        Assumptions.assumeTrue(file.isPresent(), program + " is not installed");
        List<String> command = new ArrayList<>(List.of(file.orElseThrow().toString()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        Await.until(program + " listens", Harness.SOON, () -> {
            try (Socket probe = new Socket("127.0.0.1", port)) {
                return probe.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
        return process;
    }

    @Test
    void directConnectionsGoThroughMicrosocks() throws Exception {
        int port = FreePort.find();
        Process microsocks = start("microsocks",
                List.of("-i", "127.0.0.1", "-p", String.valueOf(port), "-u", "me", "-P", "s%t"), port);
        try (EchoCentre centre = new EchoCentre();
                World world = direct(centre, "socks5://me:s%25t@127.0.0.1:" + port)) {
            assertThat(echoes(world, 200_000)).isTrue();
        } finally {
            microsocks.destroy();
        }
    }

    /** It tells from where it connects, so that links can go through it. */
    @Test
    void linksGoThroughDante() throws Exception {
        int port = FreePort.find();
        Path config = Files.writeString(directory.resolve("danted.conf"), """
                errorlog: /dev/null
                internal: 127.0.0.1 port = %d
                external: 127.0.0.1
                clientmethod: none
                socksmethod: none
                client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
                socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
                """.formatted(port));
        Process dante = start("danted", List.of("-f", config.toString(), "-p", directory.resolve("pid").toString()),
                port);
        try (World world = World.Plan.ours().arguments("--via", "socks5://127.0.0.1:" + port).serving(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            assertThat(world.telegram().statistics().linksRefused()).isZero();
        } finally {
            dante.descendants().forEach(ProcessHandle::destroy);
            dante.destroy();
        }
    }

    @Test
    void directConnectionsGoThroughTinyproxy() throws Exception {
        int port = FreePort.find();
        Path config = Files.writeString(directory.resolve("tinyproxy.conf"),
                "Port " + port + "\nListen 127.0.0.1\nTimeout 60\nMaxClients 10\nBasicAuth me secret\n");
        Process tinyproxy = start("tinyproxy", List.of("-d", "-c", config.toString()), port);
        try (EchoCentre centre = new EchoCentre();
                World world = direct(centre, "http://me:secret@127.0.0.1:" + port)) {
            assertThat(echoes(world, 200_000)).isTrue();
        } finally {
            tinyproxy.destroy();
        }
    }
}
