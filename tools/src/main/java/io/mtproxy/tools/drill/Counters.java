package io.mtproxy.tools.drill;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The numbers of {@code /stats}, page after page: which of them fell. Everything counts that is not known to go up and down,
 * so that a counter which is new is watched from its first day. Any thread.
 */
final class Counters {

    /** How things are now, an average, or what only this process has, such as its memory. */
    private static final Set<String> STATES = words("""
            pid start_time current_time uptime tot_idle_time average_idle_percent recent_idle_percent
            active_connections active_dh_connections outbound_connections ready_outbound_connections
            active_outbound_connections inbound_connections active_inbound_connections listening_connections
            ready_targets allocated_targets active_targets inactive_targets active_special_connections
            cur_accept_rate_remaining max_connection allocated_connections allocated_outbound_connections
            allocated_inbound_connections allocated_socket_connections total_used_buffers_size total_used_buffers
            allocated_buffer_bytes allocated_buffer_chunks max_allocated_buffer_chunks allocated_aes_crypto
            total_rpc_targets total_connections_in_rpc_targets stats_generate_time vmsize_bytes vmrss_bytes vmdata_bytes
            total_ready_targets total_allocated_targets total_declared_targets total_inactive_targets total_connections
            total_encrypted_connections total_allocated_connections total_allocated_outbound_connections
            total_allocated_inbound_connections total_allocated_socket_connections total_dh_connections
            total_special_connections ext_connections total_network_buffers_used_size
            total_network_buffers_allocated_bytes total_network_buffers_used total_network_buffer_chunks_allocated
            total_network_buffer_chunks_allocated_max http_connections http_qps targets_healthy targets_unhealthy
            bootstrap_warnings forward_avg_payload_bytes dataplane_active_sessions ingress_active_connections
            ingress_passed_on_active outbound_active_conns direct_active_sessions""");
    private static final Pattern STATES_OF_ONE = Pattern.compile("secret_\\d+_active_.+|via_\\d+_healthy");
    /** A count less a state: both are read while they change, so that only a page from a quiet moment is exact. */
    private static final Set<String> DIFFERENCES = words("""
            dataplane_sessions_closed ingress_closed_connections outbound_pool_hits""");
    private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+)?( +\\d+(\\.\\d+)?)*");

    private final Map<String, Double> last = new HashMap<>();
    private final List<Fall> falls = new ArrayList<>();

    /**
     * A counter was less than before.
     *
     * @param at reading of {@link System#nanoTime}
     * @param what happened, in words
     */
    record Fall(long at, String what) {}

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    /**
     * Takes a page, of after those before.
     *
     * @param quiet nothing was under way
     */
    synchronized void read(String page, boolean quiet) {
        long now = System.nanoTime();
        Map<String, Double> values = values(page);
        // what was told and is not any more has fallen, too
        last.keySet().forEach(key -> values.putIfAbsent(key, 0.0));
        values.forEach((key, value) -> {
            if (quiet || !DIFFERENCES.contains(key)) {
                compare(now, key, value);
            }
        });
    }

    private void compare(long now, String key, double value) {
        Double before = last.put(key, value);
        if (before != null && value < before) {
            falls.add(new Fall(now, key + " fell from " + before + " to " + value));
        }
    }

    /** Each number of a line counts by itself. */
    private static Map<String, Double> values(String page) {
        Map<String, Double> values = new LinkedHashMap<>();
        page.lines().forEach(line -> {
            int tab = line.indexOf('\t');
            String key = line.substring(0, Math.max(0, tab));
            String value = line.substring(tab + 1);
            if (tab > 0 && NUMBERS.matcher(value).matches() && counts(key)) {
                String[] numbers = value.split(" +", -1);
                for (int i = 0; i < numbers.length; i++) {
                    values.put(i == 0 ? key : key + " [" + i + "]", Double.valueOf(numbers[i]));
                }
            }
        });
        return values;
    }

    private static boolean counts(String key) {
        return !STATES.contains(key) && !STATES_OF_ONE.matcher(key).matches();
    }

    /** How many are watched. */
    synchronized int size() {
        return last.size();
    }

    /** What fell from a moment on until another, in words. */
    synchronized List<String> falls(long from, long until) {
        return falls.stream().filter(fall -> fall.at() - from >= 0 && fall.at() - until < 0).map(Fall::what).toList();
    }
}
