package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own keys of {@code /stats}: the list is frozen, and traffic moves them as the document says. */
class StatsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final List<String> OWN = List.of("router_clusters", "router_targets", "router_default_cluster",
            "targets_healthy", "targets_unhealthy", "bootstrap_warnings", "config_check_calls", "config_reload_calls",
            "config_reload_success", "config_reload_last_error", "refresh_attempts", "refresh_failures",
            "refresh_changes", "refresh_last_success", "refresh_last_error", "forward_total", "forward_successful",
            "forward_failed",
            "forward_used_default", "forward_bytes", "forward_avg_payload_bytes", "forward_last_error",
            "dataplane_packets_total",
            "dataplane_packets_encrypted", "dataplane_packets_handshake", "dataplane_packets_dropped",
            "dataplane_packets_rejected_length", "dataplane_packets_rejected_unencrypted",
            "dataplane_packets_rejected_dh_rate", "dataplane_packets_outbound_errors", "dataplane_packets_waited",
            "dataplane_active_sessions",
            "dataplane_sessions_created", "dataplane_sessions_closed", "dataplane_session_limit",
            "dataplane_bytes_total", "ingress_accepted_connections", "ingress_active_connections",
            "ingress_closed_connections", "ingress_accept_rate_limited", "ingress_headers_refused",
            "ingress_tls_answered", "ingress_tls_foreign", "ingress_tls_stale", "ingress_tls_replayed",
            "ingress_passed_on", "ingress_passed_on_active",
            "ingress_frames_received", "ingress_bytes_received", "ingress_frames_handled", "ingress_frames_failed",
            "ingress_invalid_frames", "ingress_frames_returned", "ingress_bytes_returned", "ingress_read_errors",
            "ingress_write_errors", "outbound_dials", "outbound_dial_errors", "outbound_active_conns",
            "outbound_reconnects", "outbound_idle_evictions", "outbound_sends", "outbound_bytes_sent",
            "outbound_send_errors",
            "outbound_responses", "outbound_response_bytes", "outbound_pool_hits", "outbound_pool_misses",
            "outbound_pings", "telegram_route", "direct_active_sessions", "direct_sessions_created",
            "direct_fallback_sessions",
            "direct_unknown_centres", "direct_dials", "direct_dial_errors", "direct_bytes_sent",
            "direct_bytes_received", "via_attempts", "via_failures",
            "closed_client_closed", "closed_client_failed", "closed_client_silent",
            "closed_client_bad_header", "closed_client_unproven_evicted", "closed_client_passed_on",
            "closed_client_no_site", "closed_client_bad_proxy_header",
            "closed_client_bad_packet", "closed_client_oversized",
            "closed_telegram_closed", "closed_link_lost", "closed_no_link", "closed_unknown_centre",
            "closed_client_too_slow",
            "closed_client_memory",
            "closed_client_over_limit", "closed_client_over_rate", "closed_link_connect_failed",
            "closed_link_handshake_timeout",
            "closed_link_handshake_refused", "closed_link_bad_length", "closed_link_bad_checksum",
            "closed_link_bad_sequence", "closed_link_closed", "closed_link_failed", "closed_link_silent",
            "closed_link_stuck",
            "closed_link_idle",
            "closed_link_retired", "closed_shutdown", "closed_internal_error");

    @Test
    void trafficMovesThem(@TempDir Path directory) throws Exception {
        try (World world = World.Plan.ours().arguments("-C", "500").start(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            ProxyStats quiet = world.proxy().stats();
            List<String> keys = List.copyOf(quiet.values().keySet());
            assertThat(keys.subList(keys.size() - OWN.size(), keys.size())).containsExactlyElementsOf(OWN);
            assertThat(quiet.values()).containsEntry("telegram_route", "middle");

            LoadReport report = LoadRun
                    .start(new LoadPlan(LoadTarget.of(world.proxy().address(), World.KEY), LoadWork.echo(20, 64, 500),
                            9))
                    .await();
            assertThat(report.failed()).isZero();
            Await.until("all sessions are gone", SOON,
                    () -> world.proxy().stats().number("dataplane_active_sessions") == 0);
            ProxyStats busy = world.proxy().stats();
            assertThat(busy.number("dataplane_packets_total")).isEqualTo(busy.number("tot_forwarded_queries"))
                    .isEqualTo(busy.number("forward_total")).isEqualTo(busy.number("outbound_sends"))
                    .isGreaterThanOrEqualTo(9 * 20);
            assertThat(busy.number("outbound_responses")).isGreaterThanOrEqualTo(9 * 20);
            assertThat(busy.number("ingress_frames_returned")).isGreaterThanOrEqualTo(9 * 20);
            assertThat(busy.number("dataplane_sessions_created")).isEqualTo(9)
                    .isEqualTo(busy.number("outbound_pool_hits") + busy.number("outbound_pool_misses"));
            assertThat(busy.number("forward_avg_payload_bytes")).isBetween(56L, 700L);
            assertThat(busy.number("ingress_bytes_received")).isGreaterThan(busy.number("forward_bytes"));
            assertThat(busy.number("dataplane_session_limit")).isEqualTo(500);
            assertThat(busy.number("dataplane_sessions_closed")).isEqualTo(9);
            assertThat(busy.number("targets_healthy")).isEqualTo(1);
            assertThat(busy.number("router_clusters")).isEqualTo(10);
            assertThat(busy.number("max_connection")).as("highest descriptor").isBetween(10L, 4019L);
            assertThat(busy.number("inbound_connections_accepted")).as("those that ask for statistics, too")
                    .isGreaterThan(busy.number("ingress_accepted_connections"));
            assertThat(busy.values()).containsEntry("forward_last_error", "");
            assertThat(busy.number("bootstrap_warnings")).isEqualTo(cut(busy));
        }
    }

    @Test
    void theConfigsHistoryIsTold(@TempDir Path directory) throws Exception {
        try (World world = World.Plan.ours().arguments("--address", "127.0.0.1").start(directory)) {
            assertThat(config(world)).containsExactly("1", "0", "0", "");
            assertThat(world.proxy().stats().number("bootstrap_warnings"))
                    .as("the address is none that others know, as a line said")
                    .isEqualTo(1 + cut(world.proxy().stats()));

            Path config = directory.resolve("backend.conf");
            String good = Files.readString(config);
            Files.writeString(config, "proxy 127.0.0.1;");
            Family.signal("HUP", world.proxy().pid());
            Await.until("it is refused", SOON, () -> !config(world).getLast().isEmpty());
            assertThat(config(world)).containsExactly("2", "1", "0", config + ":1: fatal: : expected near");

            Files.writeString(config, good + "proxy_for 7 127.0.0.1:1;\n");
            Family.signal("HUP", world.proxy().pid());
            Await.until("a good one is taken", SOON, () -> config(world).equals(List.of("3", "2", "1", "")));
            assertThat(world.proxy().stats().number("config_size")).isEqualTo(Files.size(config));
            assertThat(world.proxy().stats().number("router_clusters")).isEqualTo(11);
        }
    }

    /** A warning where we are not root and may have fewer descriptors than connections are asked for. */
    private static int cut(ProxyStats stats) {
        return stats.number("max_connections") < 4000 ? 1 : 0;
    }

    private static List<String> config(World world) throws IOException {
        ProxyStats stats = world.proxy().stats();
        return Stream
                .of("config_check_calls", "config_reload_calls", "config_reload_success", "config_reload_last_error")
                .map(stats.values()::get).toList();
    }

    @Test
    void whatCannotBeForwardedIsTold(@TempDir Path directory) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (World world = World.Plan.ours().service((session, packet) -> await(done)).start(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            try (RawClient client = new RawClient(world.proxy().address(), Transport.INTERMEDIATE, World.KEY)) {
                Thread.ofVirtual().start(() -> catchThrowable(() -> {
                    while (true) {
                        client.send(packet(64 << 10));
                    }
                }));
                Await.until("bytes wait for Telegram, which does not read", SOON,
                        () -> world.proxy().stats().number("total_network_buffers_used_size") > 1 << 20);
                world.telegram().close();
                done.countDown();
                assertThat(client.closedByProxy(SOON)).isTrue();
            }
            world.proxy().awaitStat("outbound_send_errors", 1);
            ProxyStats lost = world.proxy().stats();
            assertThat(lost.number("dataplane_packets_outbound_errors"))
                    .isBetween(1L, lost.number("dataplane_packets_total"));
            assertThat(lost.values()).containsEntry("forward_last_error", "");

            try (RawClient client = new RawClient(world.proxy().address(), Transport.INTERMEDIATE, World.KEY)) {
                client.send(packet(64));
                assertThat(client.closedByProxy(SOON)).isTrue();
            }
            ProxyStats stats = world.proxy().stats();
            assertThat(stats.values().get("forward_last_error"))
                    .matches("\\d{10} data centre 2: no link was ready in time");
            assertThat(stats.number("forward_failed")).isEqualTo(stats.number("dataplane_packets_dropped"))
                    .isEqualTo(1);
        } finally {
            done.countDown();
        }
    }

    /** An encrypted packet of that many bytes, framed. */
    private static byte[] packet(int length) {
        byte[] framed = new byte[4 + length];
        Bytes.putInt32(framed, 0, length);
        framed[4] = 1;
        return framed;
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
