package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.net.LoopMetrics;
import io.mtproxy.proxy.os.Memory;
import io.mtproxy.proxy.stats.HttpCounters;
import io.mtproxy.proxy.stats.StatsSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What {@code /stats} shows of this process: C's keys from our counters. */
final class EngineStats implements StatsSource {
    /** C: MSG_BUFFERS_CHUNK_SIZE. */
    private static final long CHUNK = 2 << 20;
    /** C's defaults, shown when the options are absent. */
    private static final int IO_THREADS = 16;
    private static final int CPU_THREADS = 8;
    private static final double NANOS = 1e9;

    private final Launch launch;
    private final Supplier<Snapshot> snapshot;
    private final List<LoopWorld> worlds;
    private final HttpCounters http;
    private long renderStart;
    private Memory memory = new Memory(0, 0, 0);

    EngineStats(Launch launch, Supplier<Snapshot> snapshot, List<LoopWorld> worlds, HttpCounters http) {
        this.launch = launch;
        this.snapshot = snapshot;
        this.worlds = worlds;
        this.http = http;
    }

    @Override
    public void begin() {
        renderStart = System.nanoTime();
        memory = Memory.now();
    }

    @Override
    public long number(String key) {
        return switch (key) {
            case "pid" -> ProcessHandle.current().pid();
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
            case "listening_connections" -> launch.clientSockets().size() + launch.statsSockets().size();
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
            case "max_special_connections", "total_max_special_connections" -> launch.maxSpecialConnections();
            case "max_accept_rate" -> settings.limits().acceptRate();
            case "max_buffer_chunks" -> settings.limits().bufferBytes() / CHUNK;
            case "max_allocated_buffer_bytes" -> settings.limits().bufferBytes();
            case "default_rpc_flags" -> settings.telegram().defaultRpcFlags();
            case "window_clamp" -> settings.listening().windowClamp();
            case "proxy_tag_set" -> settings.telegram().proxyTag() != null ? 1 : 0;
            case "max_connection", "conn_generation", "inbound_connections_accepted" ->
                count(Counter.CLIENTS_ACCEPTED) + count(Counter.LINKS_DIALED);
            default -> ofConnections(key);
        };
    }

    private long ofConnections(String key) {
        return switch (key) {
            case "active_connections", "allocated_connections", "allocated_socket_connections", "total_connections",
                    "total_allocated_connections", "total_allocated_socket_connections" ->
                inbound() + count(Counter.LINKS);
            case "inbound_connections", "active_inbound_connections", "allocated_inbound_connections",
                    "total_allocated_inbound_connections" ->
                inbound();
            case "outbound_connections", "allocated_outbound_connections", "total_connections_in_rpc_targets",
                    "total_allocated_outbound_connections" ->
                count(Counter.LINKS);
            case "active_outbound_connections" -> count(Counter.LINKS_CONNECTED);
            case "ready_outbound_connections" -> count(Counter.LINKS_READY);
            case "outbound_connections_created" -> count(Counter.LINKS_DIALED);
            case "total_connect_failures" -> count(Counter.LINK_DIALS_FAILED);
            case "active_special_connections", "total_special_connections" -> count(Counter.CLIENTS);
            case "allocated_aes_crypto", "total_encrypted_connections" ->
                count(Counter.LINKS_READY) + count(Counter.CLIENTS) - count(Counter.CLIENTS_UNPROVEN);
            case "active_dh_connections", "total_dh_connections" -> 0; // connections with DH are not counted yet
            case "accept_connection_limit_failed", "accept_rate_limit_failed" -> 0; // limits are not in force yet
            case "connections_failed_lru" -> 0; // no memory pressure eviction
            case "connections_failed_flood" -> closed(CloseReason.CLIENT_TOO_SLOW);
            default -> ofTargets(key);
        };
    }

    private long ofTargets(String key) {
        int declared = snapshot.get().backend().targets().size();
        return switch (key) {
            case "ready_targets", "total_ready_targets" -> targets(Counter.TARGETS_READY);
            case "allocated_targets", "active_targets", "total_allocated_targets", "total_declared_targets",
                    "total_rpc_targets" ->
                declared;
            case "inactive_targets", "total_inactive_targets" -> 0;
            default -> ofTraffic(key);
        };
    }

    private long ofTraffic(String key) {
        return switch (key) {
            case "tot_forwarded_queries" -> count(Counter.QUERIES_FORWARDED);
            case "dropped_queries" -> count(Counter.QUERIES_DROPPED);
            case "tot_forwarded_responses" -> count(Counter.ANSWERS_FORWARDED);
            case "dropped_responses" -> count(Counter.ANSWERS_DROPPED);
            case "tot_forwarded_simple_acks" -> count(Counter.ACKS_FORWARDED);
            case "dropped_simple_acks" -> count(Counter.ACKS_DROPPED);
            case "ext_connections" -> count(Counter.LANES);
            case "ext_connections_created" -> count(Counter.LANES_CREATED);
            case "mtproto_proxy_errors" -> count(Counter.MESSAGES_IGNORED);
            default -> ofLoops(key);
        };
    }

    private long ofLoops(String key) {
        return switch (key) {
            case "epoll_calls" -> metric(LoopMetrics::polls);
            case "tcp_readv_calls" -> metric(LoopMetrics::readCalls);
            case "tcp_readv_bytes" -> metric(LoopMetrics::readBytes);
            case "tcp_writev_calls" -> metric(LoopMetrics::writeCalls);
            case "tcp_writev_bytes" -> metric(LoopMetrics::writeBytes);
            case "accept_calls_failed" -> metric(LoopMetrics::acceptFailures);
            case "timer_ops", "event_timer_alarms" -> metric(LoopMetrics::timersFired);
            case "total_used_buffers_size", "allocated_buffer_bytes", "total_network_buffers_used_size",
                    "total_network_buffers_allocated_bytes" ->
                bufferBytes();
            case "total_used_buffers", "allocated_buffer_chunks", "max_allocated_buffer_chunks",
                    "total_network_buffers_used", "total_network_buffer_chunks_allocated",
                    "total_network_buffer_chunks_allocated_max" ->
                buffers();
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public double fraction(String key) {
        return switch (key) {
            case "tot_idle_time" -> metric(LoopMetrics::idleNanos) / NANOS / worlds.size();
            case "average_idle_percent", "recent_idle_percent" -> idlePercent();
            case "cur_accept_rate_remaining" -> 0;
            case "stats_generate_time" -> (System.nanoTime() - renderStart) / NANOS;
            case "http_qps" -> (double) http.queries() / Math.max(1, uptime());
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public String text(String key) {
        return switch (key) {
            case "PID" -> launch.identity().toString();
            case "aes_pwd_hash" -> launch.rpcSecretMd5();
            case "tot_dh_rounds", "total_dh_rounds" -> count(Counter.DH_ROUNDS) + " 0 0";
            case "tot_threads" -> threads(launch.settings().host().threads());
            case "config_filename" -> launch.settings().configFile();
            case "config_md5" -> snapshot.get().backend().md5();
            case "total_accept_connections_failed" -> "0 " + metric(LoopMetrics::acceptFailures) + " 0 0 0";
            case "version" -> Version.TEXT;
            default -> throw new IllegalArgumentException(key);
        };
    }

    @Override
    public List<SecretUse> secrets() {
        List<SecretUse> uses = new ArrayList<>();
        for (int i = 0; i < snapshot.get().secrets().size(); i++) {
            uses.add(new SecretUse(0, 0)); // use of a single secret is not counted yet
        }
        return uses;
    }

    /** Why connections ended. */
    @Override
    public List<Own> own() {
        List<Own> lines = new ArrayList<>();
        for (CloseReason reason : CloseReason.values()) {
            lines.add(new Own("closed_" + reason.name().toLowerCase(Locale.ROOT), Long.toString(closed(reason))));
        }
        return lines;
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

    private long inbound() {
        return count(Counter.CLIENTS) + http.connections();
    }

    /** A target that is ready in some loop is ready. */
    private long targets(Counter counter) {
        long most = 0;
        for (LoopWorld world : worlds) {
            most = Math.max(most, world.counters.get(counter));
        }
        return most;
    }

    private double idlePercent() {
        long running = metric(m -> m.startedNanos() == 0 ? 0 : System.nanoTime() - m.startedNanos());
        return running <= 0 ? 0 : 100.0 * metric(LoopMetrics::idleNanos) / running;
    }

    private long bufferBytes() {
        return worlds.stream().mapToLong(world -> world.loop.buffers().bytesInUse()).sum();
    }

    private long buffers() {
        return worlds.stream().mapToLong(world -> world.loop.buffers().chunksInUse()).sum();
    }

    private long metric(ToLongFunction<LoopMetrics> value) {
        return worlds.stream().mapToLong(world -> value.applyAsLong(world.loop.metrics())).sum();
    }

    private long count(Counter counter) {
        return worlds.stream().mapToLong(world -> world.counters.get(counter)).sum();
    }

    private long closed(CloseReason reason) {
        return worlds.stream().mapToLong(world -> world.counters.get(reason)).sum();
    }

    private long uptime() {
        return now() - launch.startTime();
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
