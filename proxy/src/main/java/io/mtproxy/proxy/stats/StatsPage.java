package io.mtproxy.proxy.stats;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** The body of {@code /stats}: all of C's keys in C's order, then ours. Stateless; any thread. */
public final class StatsPage {

    /** Kind of a row: how its value looks, or that it is a constant because C counts an internal that we do not have. */
    private enum Kind {
        NUMBER,
        MILLI,
        MICRO,
        TEXT,
        /** always the same text */
        CONSTANT,
        /** sixteen constants, one per class of C's threads */
        PER_THREAD,
        START,
        END
    }

    private record Row(String key, Kind kind, String constant) {}

    private static final String SIXTEEN_ZEROS = "0.000 0.000 0.000 0.000  0.000 0.000 0.000 0.000  "
            + "0.000 0.000 0.000 0.000  0.000 0.000 0.000 0.000";

    /**
     * One row per line: key and kind. {@code i} whole number, {@code f3} and {@code f6} fractions, {@code s} text,
     * {@code t} sixteen zeros; {@code =x} is the constant x for an internal of C without a counterpart: message parts,
     * job threads, memory queues, TL parsing. {@code >} and {@code <} begin and end a block.
     */
    private static final String TABLE = """
            pid i
            start_time i
            current_time i
            uptime i
            tot_idle_time f3
            average_idle_percent f3
            recent_idle_percent f3
            active_network_events =0
            time_after_epoll =0.000000
            epoll_calls i
            epoll_intr =0
            PID s
            connections >
            active_connections i
            active_dh_connections i
            outbound_connections i
            ready_outbound_connections i
            active_outbound_connections i
            outbound_connections_created i
            total_connect_failures i
            inbound_connections i
            active_inbound_connections i
            inbound_connections_accepted i
            listening_connections i
            unused_connections_closed i
            ready_targets i
            allocated_targets i
            active_targets i
            inactive_targets i
            free_targets =0
            max_connections i
            active_special_connections i
            max_special_connections i
            max_accept_rate i
            cur_accept_rate_remaining f6
            max_connection i
            conn_generation i
            allocated_connections i
            allocated_outbound_connections i
            allocated_inbound_connections i
            allocated_socket_connections i
            tcp_readv_calls i
            tcp_readv_intr =0
            tcp_readv_bytes i
            tcp_writev_calls i
            tcp_writev_intr =0
            tcp_writev_bytes i
            free_later_size =0
            free_later_total =0
            accept_calls_failed i
            accept_nonblock_set_failed =0
            accept_connection_limit_failed i
            accept_rate_limit_failed i
            accept_init_accepted_failed =0
            connections <
            raw_msg >
            rwm_total_msgs =0
            rwm_total_msg_parts =0
            raw_msg <
            raw_msg_buffer >
            total_used_buffers_size i
            total_used_buffers i
            allocated_buffer_bytes i
            buffer_chunk_alloc_ops =0
            allocated_buffer_chunks i
            max_allocated_buffer_chunks i
            max_buffer_chunks i
            max_allocated_buffer_bytes i
            raw_msg_buffer <
            tl_parse >
            rpc_queries_received =0
            rpc_answers_error =0
            rpc_answers_received =0
            rpc_sent_errors =0
            rpc_sent_answers =0
            rpc_sent_queries =0
            tl_in_allocated =0
            tl_out_allocated =0
            rpc_qps =0.000000
            default_rpc_flags i
            tl_parse <
            crypto_aes >
            allocated_aes_crypto i
            allocated_aes_crypto_temp =0
            aes_pwd_hash s
            crypto_aes <
            crypto_dh >
            tot_dh_rounds s
            crypto_dh <
            jobs >
            thread_average_idle_percent t
            thread_recent_idle_percent t
            tot_threads s
            thread_load_average_user t
            thread_load_average_sys t
            thread_load_average t
            thread_load_recent_user t
            thread_load_recent_sys t
            thread_load_recent t
            load_average_user =0.000
            load_average_sys =0.000
            load_average_total =0.000
            load_recent_user =0.000
            load_recent_sys =0.000
            load_recent_total =0.000
            max_average_user =0.000
            max_average_sys =0.000
            max_average_total =0.000
            max_recent_user =0.000
            max_recent_sys =0.000
            max_recent_total =0.000
            job_timers_allocated =0
            jobs_created =0
            jobs_active =0
            jobs_running =0 0 0 0  0 0 0 0  0 0 0 0  0 0 0 0
            jobs_allocated_memory =0
            timer_ops i
            timer_ops_scheduler =0
            jobs <
            mp_queue >
            mpq_blocks_allocated =0
            mpq_blocks_allocated_max =0
            mpq_blocks_allocations =0
            mpq_blocks_true_allocations =0
            mpq_blocks_wasted =0
            mpq_blocks_prepared =0
            mpq_small_blocks_allocated =0
            mpq_small_blocks_allocated_max =0
            mpq_active =0
            mpq_allocated =0
            mp_queue <
            timers >
            event_timer_insert_ops =0
            event_timer_remove_ops =0
            event_timer_alarms i
            total_timers =0
            timers <
            rpc_targets >
            total_rpc_targets i
            total_connections_in_rpc_targets i
            rpc_targets <
            stats_generate_time f6
            vmsize_bytes i
            vmrss_bytes i
            vmdata_bytes i
            config_filename s
            config_loaded_at i
            config_size i
            config_md5 s
            config_auth_clusters i
            workers i
            queries_get =0
            qps_get =0.000
            tot_forwarded_queries i
            expired_forwarded_queries =0
            dropped_queries i
            tot_forwarded_responses i
            dropped_responses i
            tot_forwarded_simple_acks i
            dropped_simple_acks i
            active_rpcs_created =0
            active_rpcs =0
            rpc_dropped_answers =0
            rpc_dropped_running =0
            window_clamp i
            total_ready_targets i
            total_allocated_targets i
            total_declared_targets i
            total_inactive_targets i
            total_connections i
            total_encrypted_connections i
            total_allocated_connections i
            total_allocated_outbound_connections i
            total_allocated_inbound_connections i
            total_allocated_socket_connections i
            total_dh_connections i
            total_dh_rounds s
            total_special_connections i
            total_max_special_connections i
            total_accept_connections_failed s
            ext_connections i
            ext_connections_created i
            total_active_network_events =0
            total_network_buffers_used_size i
            total_network_buffers_allocated_bytes i
            total_network_buffers_used i
            total_network_buffer_chunks_allocated i
            total_network_buffer_chunks_allocated_max i
            mtproto_proxy_errors i
            connections_failed_lru i
            connections_failed_flood i
            http_connections i
            pending_http_queries =0
            http_queries i
            http_bad_headers i
            http_qps f6
            proxy_mode =2
            proxy_tag_set i
            version s
            """;

    private static final List<Row> ROWS = TABLE.lines().map(StatsPage::row).toList();

    private StatsPage() {}

    /** Renders the page, ready to be sent. */
    public static byte[] render(StatsSource source) {
        source.begin();
        StringBuilder page = new StringBuilder(8192);
        for (Row row : ROWS) {
            row(page, row, source);
        }
        int number = 1;
        for (StatsSource.SecretUse secret : source.secrets()) {
            line(page, "secret_" + number + "_active_connections", Long.toString(secret.connections()));
            line(page, "secret_" + number + "_active_auth_keys", Long.toString(secret.authKeys()));
            number++;
        }
        for (StatsSource.Own own : source.own()) {
            line(page, own.key(), own.value());
        }
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void row(StringBuilder page, Row row, StatsSource source) {
        String key = row.key();
        switch (row.kind()) {
            case NUMBER -> line(page, key, Long.toString(source.number(key)));
            case MILLI -> line(page, key, String.format(Locale.ROOT, "%.3f", source.fraction(key)));
            case MICRO -> line(page, key, String.format(Locale.ROOT, "%.6f", source.fraction(key)));
            case TEXT -> line(page, key, source.text(key));
            case CONSTANT, PER_THREAD -> line(page, key, row.constant());
            case START -> line(page, ">>>>>>" + key + ">>>>>>", "start");
            case END -> line(page, "<<<<<<" + key + "<<<<<<", "end");
        }
    }

    private static void line(StringBuilder page, String key, String value) {
        page.append(key).append('\t').append(value).append('\n');
    }

    private static Row row(String line) {
        int blank = line.indexOf(' ');
        String key = line.substring(0, blank);
        String kind = line.substring(blank + 1);
        return switch (kind) {
            case "i" -> new Row(key, Kind.NUMBER, "");
            case "f3" -> new Row(key, Kind.MILLI, "");
            case "f6" -> new Row(key, Kind.MICRO, "");
            case "s" -> new Row(key, Kind.TEXT, "");
            case "t" -> new Row(key, Kind.PER_THREAD, SIXTEEN_ZEROS);
            case ">" -> new Row(key, Kind.START, "");
            case "<" -> new Row(key, Kind.END, "");
            default -> new Row(key, Kind.CONSTANT, kind.substring(1));
        };
    }
}
