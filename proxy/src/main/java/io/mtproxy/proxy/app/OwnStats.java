package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.Maximum;
import io.mtproxy.proxy.stats.StatsSource.Own;
import io.mtproxy.proxy.stats.Totals;
import java.util.ArrayList;
import java.util.List;

/** The lines of {@code /stats} that C does not have, named as in the earlier port. {@code docs/stats.md} tells what they mean. */
final class OwnStats {
    private final Totals all;
    private final List<Own> lines = new ArrayList<>();

    private OwnStats(Totals all) {
        this.all = all;
    }

    /** Sums over all processes. */
    static List<Own> lines(Totals all, BackendConfig backend, ConfigHistory.View config, int warnings) {
        OwnStats stats = new OwnStats(all);
        stats.router(backend);
        stats.line("bootstrap_warnings", warnings);
        stats.config(config);
        stats.forward();
        stats.dataplane();
        stats.ingress();
        stats.outbound();
        return stats.lines;
    }

    private void router(BackendConfig backend) {
        line("router_clusters", backend.clusters().size());
        line("router_targets", backend.targets().size());
        line("router_default_cluster", backend.defaultCluster());
        long declared = all.get(Figure.TARGETS_DECLARED);
        long ready = all.get(Figure.TARGETS_READY);
        line("targets_healthy", ready);
        line("targets_unhealthy", declared - ready);
    }

    private void config(ConfigHistory.View config) {
        line("config_check_calls", config.checks());
        line("config_reload_calls", config.reloads());
        line("config_reload_success", config.successes());
        long behind = all.get(Figure.CONFIG_BEHIND);
        boolean workersOnly = config.lastError().isEmpty() && behind > 0;
        lines.add(new Own("config_reload_last_error",
                workersOnly ? behind + " workers could not take it over, see the log" : config.lastError()));
    }

    private void forward() {
        long forwarded = all.get(Counter.QUERIES_FORWARDED);
        line("forward_total", forwarded + all.get(Counter.QUERIES_DROPPED));
        line("forward_successful", forwarded);
        line("forward_failed", all.get(Counter.QUERIES_DROPPED));
        line("forward_used_default", all.get(Counter.SESSIONS_BY_DEFAULT_CLUSTER));
        line("forward_bytes", all.get(Counter.QUERY_BYTES));
        line("forward_avg_payload_bytes", forwarded == 0 ? 0 : all.get(Counter.QUERY_BYTES) / forwarded);
        lines.add(new Own("forward_last_error", forwardError(all.get(Maximum.LAST_FORWARD_ERROR))));
    }

    private static String forwardError(long error) {
        return error == 0
                ? ""
                : (error >> Short.SIZE) + " data centre " + (short) error + ": no link was ready in time";
    }

    private void dataplane() {
        long exchanges = all.get(Counter.KEY_EXCHANGES_FORWARDED);
        long created = all.get(Counter.CLIENTS_PROVEN);
        long active = all.get(Counter.CLIENTS) - all.get(Counter.CLIENTS_UNPROVEN);
        line("dataplane_packets_total", packets());
        line("dataplane_packets_encrypted", all.get(Counter.QUERIES_FORWARDED) - exchanges);
        line("dataplane_packets_handshake", exchanges);
        line("dataplane_packets_dropped", all.get(Counter.QUERIES_DROPPED));
        line("dataplane_packets_rejected_length", all.get(Counter.QUERIES_REFUSED_LENGTH));
        line("dataplane_packets_rejected_unencrypted", all.get(Counter.QUERIES_REFUSED_UNENCRYPTED));
        line("dataplane_packets_rejected_dh_rate", all.get(Counter.KEY_EXCHANGES_OVER_RATE));
        line("dataplane_packets_outbound_errors", all.get(Counter.QUERIES_LOST));
        line("dataplane_packets_waited", all.get(Counter.QUERIES_WAITED));
        line("dataplane_active_sessions", active);
        line("dataplane_sessions_created", created);
        line("dataplane_sessions_closed", created - active);
        line("dataplane_session_limit", all.get(Figure.CLIENT_LIMIT));
        line("dataplane_bytes_total", all.get(Counter.BYTES_FROM_CLIENTS) + all.get(Counter.BYTES_TO_CLIENTS));
    }

    private void ingress() {
        long accepted = all.get(Counter.CLIENTS_ACCEPTED);
        line("ingress_accepted_connections", accepted);
        line("ingress_active_connections", all.get(Counter.CLIENTS));
        line("ingress_closed_connections", accepted - all.get(Counter.CLIENTS));
        line("ingress_accept_rate_limited", all.get(Counter.CLIENTS_OVER_RATE));
        line("ingress_headers_refused", all.get(Counter.HEADERS_REFUSED));
        line("ingress_tls_answered", all.get(Counter.HELLOS_ANSWERED));
        line("ingress_tls_foreign", all.get(Counter.HELLOS_FOREIGN));
        line("ingress_tls_stale", all.get(Counter.HELLOS_STALE));
        line("ingress_tls_replayed", all.get(Counter.HELLOS_REPLAYED));
        line("ingress_passed_on", all.get(Counter.SPLICES_BEGUN));
        line("ingress_passed_on_active", all.get(Counter.SPLICES));
        line("ingress_frames_received", packets());
        line("ingress_bytes_received", all.get(Counter.BYTES_FROM_CLIENTS));
        line("ingress_frames_handled", all.get(Counter.QUERIES_FORWARDED));
        line("ingress_frames_failed", packets() - all.get(Counter.QUERIES_FORWARDED));
        line("ingress_invalid_frames", all.get(CloseReason.CLIENT_BAD_PACKET));
        line("ingress_frames_returned", all.get(Counter.ANSWERS_FORWARDED) + all.get(Counter.ACKS_FORWARDED));
        line("ingress_bytes_returned", all.get(Counter.BYTES_TO_CLIENTS));
        line("ingress_read_errors", all.get(CloseReason.CLIENT_FAILED));
        line("ingress_write_errors", all.get(CloseReason.CLIENT_TOO_SLOW));
    }

    private void outbound() {
        long sessions = all.get(Counter.LANES_CREATED);
        long waited = all.get(Counter.SESSIONS_WAITED);
        line("outbound_dials", all.get(Counter.LINKS_DIALED));
        line("outbound_dial_errors", all.get(Counter.LINK_DIALS_FAILED));
        line("outbound_active_conns", all.get(Counter.LINKS_READY));
        line("outbound_reconnects", all.get(Counter.LINKS_LOST));
        line("outbound_idle_evictions", all.get(Counter.LINKS_IDLE_EVICTED));
        line("outbound_sends", all.get(Counter.QUERIES_FORWARDED));
        line("outbound_bytes_sent", all.get(Counter.QUERY_BYTES));
        line("outbound_send_errors", all.get(CloseReason.LINK_LOST));
        line("outbound_responses", all.get(Counter.ANSWERS_FORWARDED) + all.get(Counter.ANSWERS_DROPPED));
        line("outbound_response_bytes", all.get(Counter.ANSWER_BYTES));
        line("outbound_pool_hits", Math.max(0, sessions - waited));
        line("outbound_pool_misses", waited);
        line("outbound_pings", all.get(Counter.LINK_PINGS));
    }

    /** Packets that clients sent, whatever became of them. */
    private long packets() {
        return all.get(Counter.QUERIES_FORWARDED) + all.get(Counter.QUERIES_DROPPED)
                + all.get(Counter.QUERIES_REFUSED_LENGTH) + all.get(Counter.QUERIES_REFUSED_UNENCRYPTED)
                + all.get(Counter.KEY_EXCHANGES_OVER_RATE);
    }

    private void line(String key, long value) {
        lines.add(new Own(key, Long.toString(value)));
    }
}
