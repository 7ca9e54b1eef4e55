package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.PasswordFile;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.os.Memory;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.refresh.RefreshHistory;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.HttpCounters;
import io.mtproxy.proxy.stats.Maximum;
import io.mtproxy.proxy.stats.StatsSource;
import io.mtproxy.proxy.stats.Totals;
import io.mtproxy.proxy.stats.WorkerStats;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /stats} shows: C's keys from our numbers. Keys inside C's blocks are about this process. The others are sums
 * over it and its workers, or over the workers alone where C leaves itself out.
 */
final class EngineStats implements StatsSource {
    /** C: MSG_BUFFERS_CHUNK_SIZE. */
    private static final long CHUNK = 2 << 20;
    /** C's defaults, shown when the options are absent. */
    private static final int IO_THREADS = 16;
    private static final int CPU_THREADS = 8;
    private static final double NANOS = 1e9;

    private final Launch launch;
    private final Supplier<Snapshot> snapshot;
    private final Totals.Source process;
    private final @Nullable WorkerStats workers;
    private final HttpCounters http;
    private final RateLimit accepts;
    /** This process. */
    private final Totals own = new Totals();
    /** Where clients are served: the workers, or this process when there are none. */
    private final Totals serving = new Totals();
    /** This process and its workers. */
    private final Totals all = new Totals();
    private long renderStart;
    private Memory memory = new Memory(0, 0, 0);

    /**
     * @param workers those who serve clients; null when this process serves clients itself
     * @param accepts what bounds new connections of this process
     */
    EngineStats(Launch launch, Supplier<Snapshot> snapshot, Totals.Source process, @Nullable WorkerStats workers,
            HttpCounters http, RateLimit accepts) {
        this.launch = launch;
        this.snapshot = snapshot;
        this.process = process;
        this.workers = workers;
        this.http = http;
        this.accepts = accepts;
    }

    @Override
    public void begin() {
        renderStart = System.nanoTime();
        memory = Memory.now();
        own.clear();
        process.addTo(own);
        serving.clear();
        all.clear();
        all.add(own);
        if (workers == null) {
            serving.add(own);
        } else {
            workers.addTo(serving);
            all.add(serving);
        }
    }

    @Override
    public long number(String key) {
        return switch (key) {
            case "pid" -> OwnProcess.pid();
            case "start_time" -> launch.startTime();
            case "current_time" -> now();
            case "uptime" -> uptime();
            case "vmsize_bytes" -> memory.size();
            case "vmrss_bytes" -> memory.resident();
            case "vmdata_bytes" -> memory.data();
            case "workers" -> launch.settings().host().workers();
            case "http_connections" -> http.connections();
            case "http_queries" -> http.queries();
            case "http_bad_headers" -> http.badHeaders();
            case "listening_connections" ->
                launch.statsSockets().size() + (workers == null ? launch.clientSockets().size() : 0);
            default -> key.startsWith("config_") ? ofConfig(key) : ofLimits(key);
        };
    }

    private long ofConfig(String key) {
        BackendConfig backend = snapshot.get().backend();
        return switch (key) {
            case "config_loaded_at" -> backend.loadedAt();
            case "config_size" -> backend.bytes();
            case "config_auth_clusters" -> backend.clusters().size();
            default -> throw new IllegalArgumentException(key);
        };
    }

    private long ofLimits(String key) {
        Settings settings = launch.settings();
        return switch (key) {
            case "max_connections" -> launch.maxConnections();
            case "max_special_connections" -> own.get(Figure.CLIENT_LIMIT);
            case "total_max_special_connections" -> serving.get(Figure.CLIENT_LIMIT);
            case "max_accept_rate" -> settings.limits().acceptRate();
            case "max_buffer_chunks" -> settings.limits().bufferBytes() / CHUNK;
            case "max_allocated_buffer_bytes" -> settings.limits().bufferBytes();
            case "default_rpc_flags" -> settings.telegram().defaultRpcFlags();
            case "window_clamp" -> settings.listening().windowClamp();
            case "proxy_tag_set" -> settings.telegram().proxyTag() != null ? 1 : 0;
            case "max_connection" -> own.get(Maximum.DESCRIPTOR);
            case "conn_generation" -> accepted(own) + own.get(Counter.LINKS_DIALED);
            case "inbound_connections_accepted" -> accepted(own);
            default -> ofConnections(key);
        };
    }

    private long ofConnections(String key) {
        return switch (key) {
            case "active_connections", "allocated_connections", "allocated_socket_connections" -> connections(own);
            case "total_connections", "total_allocated_connections", "total_allocated_socket_connections" ->
                connections(all);
            case "inbound_connections", "active_inbound_connections", "allocated_inbound_connections" -> inbound(own);
            case "total_allocated_inbound_connections" -> inbound(all);
            case "outbound_connections", "allocated_outbound_connections", "total_connections_in_rpc_targets" ->
                own.get(Counter.LINKS);
            case "total_allocated_outbound_connections" -> all.get(Counter.LINKS);
            case "active_outbound_connections" -> own.get(Counter.LINKS_CONNECTED);
            case "ready_outbound_connections" -> own.get(Counter.LINKS_READY);
            case "outbound_connections_created" -> own.get(Counter.LINKS_DIALED);
            case "unused_connections_closed" -> own.get(CloseReason.LINK_RETIRED);
            case "total_connect_failures" -> own.get(Counter.LINK_DIALS_FAILED);
            case "active_special_connections" -> own.get(Counter.CLIENTS);
            case "total_special_connections" -> serving.get(Counter.CLIENTS);
            case "allocated_aes_crypto" -> encrypted(own);
            case "total_encrypted_connections" -> encrypted(all);
            case "active_dh_connections" -> own.get(Counter.LINKS_DH);
            case "total_dh_connections" -> all.get(Counter.LINKS_DH);
            case "accept_connection_limit_failed" -> 0; // beyond the limit clients wait in the kernel's queue
            case "accept_rate_limit_failed" -> own.get(Counter.CLIENTS_OVER_RATE) + http.overRate();
            case "connections_failed_lru" -> all.get(CloseReason.CLIENT_MEMORY);
            case "connections_failed_flood" -> all.get(CloseReason.CLIENT_TOO_SLOW);
            default -> ofTargets(key);
        };
    }

    private long ofTargets(String key) {
        return switch (key) {
            case "ready_targets" -> own.get(Figure.TARGETS_READY);
            case "total_ready_targets" -> serving.get(Figure.TARGETS_READY);
            case "allocated_targets", "active_targets", "total_rpc_targets" -> own.get(Figure.TARGETS_DECLARED);
            case "total_allocated_targets", "total_declared_targets" -> serving.get(Figure.TARGETS_DECLARED);
            case "inactive_targets", "total_inactive_targets" -> 0;
            default -> ofTraffic(key);
        };
    }

    private long ofTraffic(String key) {
        return switch (key) {
            case "tot_forwarded_queries" -> all.get(Counter.QUERIES_FORWARDED);
            case "dropped_queries" -> all.get(Counter.QUERIES_DROPPED);
            case "tot_forwarded_responses" -> all.get(Counter.ANSWERS_FORWARDED);
            case "dropped_responses" -> all.get(Counter.ANSWERS_DROPPED);
            case "tot_forwarded_simple_acks" -> all.get(Counter.ACKS_FORWARDED);
            case "dropped_simple_acks" -> all.get(Counter.ACKS_DROPPED);
            case "ext_connections" -> all.get(Counter.LANES);
            case "ext_connections_created" -> all.get(Counter.LANES_CREATED);
            case "mtproto_proxy_errors" -> all.get(Counter.MESSAGES_IGNORED);
            default -> ofLoops(key);
        };
    }

    private long ofLoops(String key) {
        return switch (key) {
            case "epoll_calls" -> own.get(Figure.POLLS);
            case "tcp_readv_calls" -> own.get(Figure.READ_CALLS);
            case "tcp_readv_bytes" -> own.get(Figure.READ_BYTES);
            case "tcp_writev_calls" -> own.get(Figure.WRITE_CALLS);
            case "tcp_writev_bytes" -> own.get(Figure.WRITE_BYTES);
            case "accept_calls_failed" -> own.get(Figure.ACCEPT_FAILURES);
            case "timer_ops", "event_timer_alarms" -> own.get(Figure.TIMERS_FIRED);
            case "total_used_buffers_size", "allocated_buffer_bytes" -> own.get(Figure.BUFFER_BYTES);
            case "total_network_buffers_used_size", "total_network_buffers_allocated_bytes" ->
                serving.get(Figure.BUFFER_BYTES);
            case "total_used_buffers", "allocated_buffer_chunks", "max_allocated_buffer_chunks" ->
                own.get(Figure.BUFFERS);
            case "total_network_buffers_used", "total_network_buffer_chunks_allocated",
                    "total_network_buffer_chunks_allocated_max" ->
                serving.get(Figure.BUFFERS);
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public double fraction(String key) {
        return switch (key) {
            case "tot_idle_time" -> own.get(Figure.IDLE_NANOS) / NANOS / Math.max(1, own.get(Figure.LOOPS));
            case "average_idle_percent", "recent_idle_percent" ->
                100.0 * own.get(Figure.IDLE_NANOS) / Math.max(1, own.get(Figure.RUNNING_NANOS));
            case "cur_accept_rate_remaining" -> accepts.remaining();
            case "stats_generate_time" -> (System.nanoTime() - renderStart) / NANOS;
            case "http_qps" -> (double) http.queries() / Math.max(1, uptime());
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public String text(String key) {
        return switch (key) {
            case "PID" -> launch.identity().toString();
            case "aes_pwd_hash" -> passwordMd5();
            case "tot_dh_rounds" -> dhRounds(own);
            case "total_dh_rounds" -> dhRounds(all);
            case "tot_threads" -> threads(launch.settings().host().threads());
            case "config_filename" -> snapshot.get().backend().file();
            case "config_md5" -> snapshot.get().backend().md5();
            case "total_accept_connections_failed" ->
                "0 " + all.get(Figure.ACCEPT_FAILURES) + " 0 "
                        + (all.get(Counter.CLIENTS_OVER_RATE) + http.overRate()) + " 0";
            case "version" -> Version.TEXT;
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public List<SecretUse> secrets() {
        List<SecretUse> uses = new ArrayList<>();
        for (int i = 0; i < snapshot.get().secrets().size(); i++) {
            uses.add(new SecretUse(all.secretAddresses(i), all.secretAuthKeys(i)));
        }
        return uses;
    }

    /** Why connections ended; then the workers. */
    @Override
    public List<Own> own() {
        Refreshing refreshing = launch.refreshing();
        List<Own> lines = OwnStats.lines(serving, snapshot.get().backend(), launch.configs().view(),
                launch.log().warnings(), launch.settings(),
                refreshing == null ? RefreshHistory.View.NONE : refreshing.history().view());
        lines.addAll(EndStats.lines(serving, snapshot.get().secrets().size()));
        if (workers != null) {
            lines.addAll(workers.own());
        }
        return lines;
    }

    private String passwordMd5() {
        PasswordFile password = snapshot.get().password();
        return password == null ? launch.rpcSecretMd5() : password.md5();
    }

    /** Thread classes of C: 1 I/O, 2 CPU, 3 main; with multithread 4 TCP CPU, 5 TCP I/O, 8 engine. Shown, without effect. */
    private static String threads(Settings.Threads threads) {
        int io = threads.io() > 0 ? threads.io() : IO_THREADS;
        int cpu = threads.cpu() > 0 ? threads.cpu() : CPU_THREADS;
        int tcpCpu = threads.multithread() ? Math.max(1, threads.tcpCpu()) : 0;
        int tcpIo = threads.multithread() ? Math.max(1, threads.tcpIo()) : 0;
        int engine = threads.multithread() ? 1 : 0;
        return "0 " + io + ' ' + cpu + " 1  " + tcpCpu + ' ' + tcpIo + " 0 0  " + engine + " 0 0 0  0 0 0 0";
    }

    private long connections(Totals of) {
        return inbound(of) + of.get(Counter.LINKS);
    }

    /** C: first step, the answering side's step, last step. Ours is never the answering side. */
    private static String dhRounds(Totals of) {
        return of.get(Counter.DH_ROUNDS) + " 0 " + of.get(Counter.DH_AGREED);
    }

    private long accepted(Totals of) {
        return of.get(Counter.CLIENTS_ACCEPTED) + http.accepted();
    }

    /** Statistics are asked of this process only. */
    private long inbound(Totals of) {
        return of.get(Counter.CLIENTS) + http.connections();
    }

    private static long encrypted(Totals of) {
        return of.get(Counter.LINKS_READY) + of.get(Counter.CLIENTS) - of.get(Counter.CLIENTS_UNPROVEN);
    }

    private long uptime() {
        return now() - launch.startTime();
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
