package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyStats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our own keys of {@code /stats}: the list is frozen, and traffic moves them as the document says. */
class StatsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final List<String> OWN = List.of("router_clusters", "router_targets", "router_default_cluster",
            "targets_healthy", "targets_unhealthy", "forward_total", "forward_successful", "forward_failed",
            "forward_used_default", "forward_bytes", "forward_avg_payload_bytes", "dataplane_packets_total",
            "dataplane_packets_encrypted", "dataplane_packets_handshake", "dataplane_packets_dropped",
            "dataplane_packets_rejected_length", "dataplane_packets_rejected_unencrypted",
            "dataplane_packets_rejected_dh_rate", "dataplane_packets_waited", "dataplane_active_sessions",
            "dataplane_sessions_created", "dataplane_sessions_closed", "dataplane_session_limit",
            "dataplane_bytes_total", "ingress_accepted_connections", "ingress_active_connections",
            "ingress_closed_connections", "ingress_accept_rate_limited", "ingress_headers_refused",
            "ingress_frames_received", "ingress_bytes_received", "ingress_frames_handled", "ingress_frames_failed",
            "ingress_invalid_frames", "ingress_frames_returned", "ingress_bytes_returned", "ingress_read_errors",
            "ingress_write_errors", "outbound_dials", "outbound_dial_errors", "outbound_active_conns",
            "outbound_reconnects", "outbound_sends", "outbound_bytes_sent", "outbound_send_errors",
            "outbound_responses", "outbound_response_bytes", "outbound_pool_hits", "outbound_pool_misses",
            "outbound_pings", "closed_client_closed", "closed_client_failed", "closed_client_silent",
            "closed_client_bad_header", "closed_client_unproven_evicted", "closed_client_bad_packet",
            "closed_telegram_closed", "closed_link_lost", "closed_no_link", "closed_client_too_slow",
            "closed_client_memory",
            "closed_client_over_limit", "closed_link_connect_failed", "closed_link_handshake_timeout",
            "closed_link_handshake_refused", "closed_link_bad_length", "closed_link_bad_checksum",
            "closed_link_bad_sequence", "closed_link_closed", "closed_link_failed", "closed_link_silent",
            "closed_link_retired", "closed_shutdown", "closed_internal_error");

    @Test
    void trafficMovesThem(@TempDir Path directory) throws Exception {
        try (World world = World.Plan.ours().arguments("-C", "500").start(directory)) {
            Await.until("links are ready", SOON, () -> world.proxy().stats().number("ready_outbound_connections") > 0);
            ProxyStats quiet = world.proxy().stats();
            List<String> keys = List.copyOf(quiet.values().keySet());
            assertThat(keys.subList(keys.size() - OWN.size(), keys.size())).containsExactlyElementsOf(OWN);

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
        }
    }
}
