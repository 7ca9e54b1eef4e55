package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.refresh.RefreshHistory;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.Maximum;
import io.mtproxy.proxy.stats.StatsSource.Own;
import io.mtproxy.proxy.stats.Totals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lines of {@code /stats} that C does not have, named as in the earlier port. {@code docs/stats.md} tells what they mean. */
final class OwnStats {
    private final Totals serving;
    private final List<Own> lines = new ArrayList<>();

    private OwnStats(Totals serving) {
        this.serving = serving;
    }

    /** @param serving sums over the processes that serve clients */
    static List<Own> lines(Totals serving, BackendConfig backend, ConfigHistory.View config, int warnings,
            Settings settings, RefreshHistory.View refresh) {
        OwnStats stats = new OwnStats(serving);
        stats.router(backend);
        stats.line("bootstrap_warnings", warnings);
        stats.config(config);
        stats.refresh(refresh);
        stats.forward();
        stats.dataplane();
        stats.ingress();
        stats.outbound();
        stats.direct(settings.direct().route());
        stats.vias(settings.chaining().via().size());
        return stats.lines;
    }

    private void router(BackendConfig backend) {
        line("router_clusters", backend.clusters().size());
        line("router_targets", backend.targets().size());
        line("router_default_cluster", backend.defaultCluster());
        long declared = serving.get(Figure.TARGETS_DECLARED);
        long ready = serving.get(Figure.TARGETS_READY);
        line("targets_healthy", ready);
        line("targets_unhealthy", declared - ready);
    }

    private void config(ConfigHistory.View config) {
        line("config_check_calls", config.checks());
        line("config_reload_calls", config.reloads());
        line("config_reload_success", config.successes());
        long behind = serving.get(Figure.CONFIG_BEHIND);
        boolean workersOnly = config.lastError().isEmpty() && behind > 0;
        lines.add(new Own("config_reload_last_error",
                workersOnly ? behind + " workers could not take it over, see the log" : config.lastError()));
    }

    private void refresh(RefreshHistory.View refresh) {
        line("refresh_attempts", refresh.attempts());
        line("refresh_failures", refresh.failures());
        line("refresh_changes", refresh.changes());
        line("refresh_last_success", refresh.lastSuccess());
        lines.add(new Own("refresh_last_error", refresh.lastError()));
    }

    private void forward() {
        long forwarded = serving.get(Counter.QUERIES_FORWARDED);
        line("forward_total", forwarded + serving.get(Counter.QUERIES_DROPPED));
        line("forward_successful", forwarded);
        line("forward_failed", serving.get(Counter.QUERIES_DROPPED));
        line("forward_used_default", serving.get(Counter.SESSIONS_BY_DEFAULT_CLUSTER));
        line("forward_bytes", serving.get(Counter.QUERY_BYTES));
        line("forward_avg_payload_bytes", forwarded == 0 ? 0 : serving.get(Counter.QUERY_BYTES) / forwarded);
        lines.add(new Own("forward_last_error", forwardError(serving.get(Maximum.LAST_FORWARD_ERROR))));
    }

    private static String forwardError(long error) {
        return error == 0
                ? ""
                : (error >> Short.SIZE) + " data centre " + (short) error + ": no link was ready in time";
    }

    private void dataplane() {
        long exchanges = serving.get(Counter.KEY_EXCHANGES_FORWARDED);
        long created = serving.get(Counter.CLIENTS_PROVEN);
        long active = serving.get(Counter.CLIENTS) - serving.get(Counter.CLIENTS_UNPROVEN);
        line("dataplane_packets_total", packets());
        line("dataplane_packets_encrypted", serving.get(Counter.QUERIES_FORWARDED) - exchanges);
        line("dataplane_packets_handshake", exchanges);
        line("dataplane_packets_dropped", serving.get(Counter.QUERIES_DROPPED));
        line("dataplane_packets_rejected_length", serving.get(Counter.QUERIES_REFUSED_LENGTH));
        line("dataplane_packets_rejected_unencrypted", serving.get(Counter.QUERIES_REFUSED_UNENCRYPTED));
        line("dataplane_packets_rejected_dh_rate", serving.get(Counter.KEY_EXCHANGES_OVER_RATE));
        line("dataplane_packets_outbound_errors",
                serving.get(Counter.QUERIES_LOST) + serving.get(CloseReason.CLIENT_OVERSIZED));
        line("dataplane_packets_waited", serving.get(Counter.QUERIES_WAITED));
        line("dataplane_active_sessions", active);
        line("dataplane_sessions_created", created);
        line("dataplane_sessions_closed", created - active);
        line("dataplane_session_limit", serving.get(Figure.CLIENT_LIMIT));
        line("dataplane_bytes_total", serving.get(Counter.BYTES_FROM_CLIENTS) + serving.get(Counter.BYTES_TO_CLIENTS));
    }

    private void ingress() {
        long accepted = serving.get(Counter.CLIENTS_ACCEPTED);
        line("ingress_accepted_connections", accepted);
        line("ingress_active_connections", serving.get(Counter.CLIENTS));
        line("ingress_closed_connections", accepted - serving.get(Counter.CLIENTS));
        line("ingress_accept_rate_limited", serving.get(Counter.CLIENTS_OVER_RATE));
        line("ingress_headers_refused", serving.get(Counter.HEADERS_REFUSED));
        line("ingress_tls_answered", serving.get(Counter.HELLOS_ANSWERED));
        line("ingress_tls_foreign", serving.get(Counter.HELLOS_FOREIGN));
        line("ingress_tls_stale", serving.get(Counter.HELLOS_STALE));
        line("ingress_tls_replayed", serving.get(Counter.HELLOS_REPLAYED));
        line("ingress_passed_on", serving.get(Counter.SPLICES_BEGUN));
        line("ingress_passed_on_active", serving.get(Counter.SPLICES));
        line("ingress_frames_received", packets());
        line("ingress_bytes_received", serving.get(Counter.BYTES_FROM_CLIENTS));
        line("ingress_frames_handled", serving.get(Counter.QUERIES_FORWARDED));
        line("ingress_frames_failed", packets() - serving.get(Counter.QUERIES_FORWARDED));
        line("ingress_invalid_frames",
                serving.get(CloseReason.CLIENT_BAD_PACKET) + serving.get(CloseReason.CLIENT_OVERSIZED));
        line("ingress_frames_returned", serving.get(Counter.ANSWERS_FORWARDED) + serving.get(Counter.ACKS_FORWARDED));
        line("ingress_bytes_returned", serving.get(Counter.BYTES_TO_CLIENTS));
        line("ingress_read_errors", serving.get(CloseReason.CLIENT_FAILED));
        line("ingress_write_errors", serving.get(CloseReason.CLIENT_TOO_SLOW));
    }

    private void outbound() {
        long sessions = serving.get(Counter.LANES_CREATED);
        long waited = serving.get(Counter.SESSIONS_WAITED);
        line("outbound_dials", serving.get(Counter.LINKS_DIALED));
        line("outbound_dial_errors", serving.get(Counter.LINK_DIALS_FAILED));
        line("outbound_active_conns", serving.get(Counter.LINKS_READY));
        line("outbound_reconnects", serving.get(Counter.LINKS_LOST));
        line("outbound_idle_evictions", serving.get(Counter.LINKS_IDLE_EVICTED));
        line("outbound_sends", serving.get(Counter.QUERIES_FORWARDED));
        line("outbound_bytes_sent", serving.get(Counter.QUERY_BYTES));
        line("outbound_send_errors", serving.get(CloseReason.LINK_LOST) + serving.get(CloseReason.CLIENT_OVERSIZED));
        line("outbound_responses", serving.get(Counter.ANSWERS_FORWARDED) + serving.get(Counter.ANSWERS_DROPPED));
        line("outbound_response_bytes", serving.get(Counter.ANSWER_BYTES));
        line("outbound_pool_hits", Math.max(0, sessions - waited));
        line("outbound_pool_misses", waited);
        line("outbound_pings", serving.get(Counter.LINK_PINGS));
    }

    private void direct(Settings.Route route) {
        lines.add(new Own("telegram_route", route.name().toLowerCase(Locale.ROOT)));
        long begun = serving.get(Counter.DIRECT_SESSIONS_BEGUN);
        line("direct_active_sessions", serving.get(Counter.DIRECT_SESSIONS));
        line("direct_sessions_created", begun);
        line("direct_fallback_sessions", serving.get(Counter.DIRECT_FALLBACKS));
        line("direct_unknown_centres", serving.get(Counter.DIRECT_UNKNOWN));
        line("direct_dials", serving.get(Counter.DIRECT_DIALS));
        line("direct_dial_errors", serving.get(Counter.DIRECT_DIALS_FAILED));
        line("direct_bytes_sent", serving.get(Counter.DIRECT_BYTES_SENT));
        line("direct_bytes_received", serving.get(Counter.DIRECT_BYTES_RECEIVED));
    }

    private void vias(int vias) {
        line("via_attempts", serving.get(Counter.VIA_ATTEMPTS));
        line("via_failures", serving.get(Counter.VIA_FAILURES));
        for (int i = 0; i < vias; i++) {
            line("via_" + (i + 1) + "_healthy", serving.via(i));
        }
    }

    /** Packets that clients sent, whatever became of them. */
    private long packets() {
        return serving.get(Counter.QUERIES_FORWARDED) + serving.get(Counter.QUERIES_DROPPED)
                + serving.get(Counter.QUERIES_REFUSED_LENGTH) + serving.get(Counter.QUERIES_REFUSED_UNENCRYPTED)
                + serving.get(Counter.KEY_EXCHANGES_OVER_RATE);
    }

    private void line(String key, long value) {
        lines.add(new Own(key, Long.toString(value)));
    }
}
