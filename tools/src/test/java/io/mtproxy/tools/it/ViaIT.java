package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.it.ForwardProxy.Kind;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            awaitLine(world, "connection refused by the target");
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
}
