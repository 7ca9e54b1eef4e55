package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.cli.CommandLine;
import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.BackendConfigFile;
import io.mtproxy.proxy.config.Outbound;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.HttpCounters;
import io.mtproxy.proxy.stats.StatsPage;
import io.mtproxy.proxy.stats.StatsSource;
import io.mtproxy.proxy.stats.Totals;
import io.mtproxy.proxy.stats.WorkerStats;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which numbers of {@code /stats} are the process's own, and which are sums over workers. */
class EngineStatsTest {
    @TempDir
    Path folder;

    /** Every counter 100, two targets, limit 1000: what one process does. */
    private static void addProcess(Totals totals) {
        Counters counters = new Counters();
        for (Counter counter : Counter.values()) {
            counters.add(counter, 100);
        }
        totals.add(counters);
        totals.add(Figure.TARGETS_DECLARED, 2);
        totals.add(Figure.TARGETS_READY, 2);
        totals.add(Figure.CLIENT_LIMIT, 1000);
        totals.add(Figure.BUFFERS, 7);
    }

    /** Three such processes. */
    private static final class ThreeWorkers implements WorkerStats {
        @Override
        public void addTo(Totals totals) {
            for (int i = 0; i < 3; i++) {
                addProcess(totals);
            }
        }

        @Override
        public List<StatsSource.Own> own() {
            return List.of(new StatsSource.Own("worker_1_pid", "77"));
        }
    }

    /** A supervisor knows the config and its own limit. */
    private static void addSupervisor(Totals totals) {
        totals.add(Figure.TARGETS_DECLARED, 2);
        totals.add(Figure.CLIENT_LIMIT, 1000);
        totals.add(Figure.BUFFERS, 1);
    }

    @Test
    void aProcessWithoutWorkersSumsOnlyItself() throws Exception {
        Map<String, String> page = page(EngineStatsTest::addProcess, null);
        assertThat(page).containsEntry("workers", "0").containsEntry("active_special_connections", "100")
                .containsEntry("total_special_connections", "100").containsEntry("outbound_connections", "100")
                .containsEntry("total_connections", "200").containsEntry("active_connections", "200")
                .containsEntry("total_declared_targets", "2").containsEntry("ready_targets", "2")
                .containsEntry("total_max_special_connections", "1000")
                .containsEntry("tot_forwarded_queries", "100").doesNotContainKey("worker_1_pid");
    }

    @Test
    void insideBlocksTheSupervisorTellsOfItself() throws Exception {
        Map<String, String> page = page(EngineStatsTest::addSupervisor, new ThreeWorkers(), "-M", "3");
        assertThat(page).containsEntry("workers", "3").containsEntry("active_connections", "0")
                .containsEntry("outbound_connections", "0").containsEntry("ready_targets", "0")
                .containsEntry("allocated_targets", "2").containsEntry("active_special_connections", "0")
                .containsEntry("max_special_connections", "1000").containsEntry("total_used_buffers", "1")
                .containsEntry("listening_connections", "0");
    }

    @Test
    void totalsAreSumsOverWorkersAndSupervisor() throws Exception {
        Map<String, String> page = page(EngineStatsTest::addSupervisor, new ThreeWorkers(), "-M", "3");
        assertThat(page).containsEntry("total_connections", "600").containsEntry("total_allocated_connections", "600")
                .containsEntry("total_allocated_inbound_connections", "300")
                .containsEntry("total_allocated_outbound_connections", "300")
                .containsEntry("tot_forwarded_queries", "300").containsEntry("ext_connections", "300")
                .containsEntry("total_dh_rounds", "300 0 300").containsEntry("worker_1_pid", "77");
    }

    /** As C: its master has a limit and targets, but serves nobody. */
    @Test
    void someTotalsAreSumsOverWorkersAlone() throws Exception {
        Map<String, String> page = page(EngineStatsTest::addSupervisor, new ThreeWorkers(), "-M", "3");
        assertThat(page).containsEntry("total_declared_targets", "6").containsEntry("total_allocated_targets", "6")
                .containsEntry("total_ready_targets", "6").containsEntry("total_special_connections", "300")
                .containsEntry("total_max_special_connections", "3000")
                .containsEntry("total_network_buffers_used", "21");
    }

    @Test
    void ourOwnKeysAreSumsOverWorkersAlone() throws Exception {
        Map<String, String> page = page(EngineStatsTest::addSupervisor, new ThreeWorkers(), "-M", "3");
        assertThat(page).containsEntry("targets_healthy", "6").containsEntry("targets_unhealthy", "0")
                .containsEntry("dataplane_session_limit", "3000").containsEntry("outbound_idle_evictions", "300")
                .containsEntry("dataplane_packets_outbound_errors", "300").containsEntry("router_targets", "1")
                .containsEntry("config_reload_last_error", "");
    }

    private Map<String, String> page(Totals.Source process, @Nullable WorkerStats workers, String... options)
            throws Exception {
        String config = Files.writeString(folder.resolve("config"), "proxy 10.0.0.1:80;").toString();
        String[] words = List.of(options).toArray(new String[options.length + 1]);
        words[options.length] = config;
        Settings settings = CommandLine.parse("prog", List.of(words), false, increment -> {}).settings();
        BackendConfig backend = BackendConfigFile.load(config, host -> InetAddress.getLoopbackAddress(), 0);
        Log log = new Log(new ByteArrayOutputStream(), 1, InstantSource.system());
        Snapshot snapshot = new Snapshot(backend, List.of());
        Launch launch = new Launch(settings, Outbound.DEFAULT, EventLoops.choose("nio"), snapshot, null, "none",
                List.of(), List.of(), 1,
                1000, new Identity(0, -1, 1, 1), log, new LogFile(log, settings.host(), true), new ConfigHistory(), 0,
                null, null, null, List.of(), null, null, 0);
        EngineStats stats = new EngineStats(launch, () -> snapshot, process, workers, new HttpCounters(),
                new RateLimit(0));
        Map<String, String> page = new HashMap<>();
        new String(StatsPage.render(stats), StandardCharsets.UTF_8).lines().forEach(line -> {
            int tab = line.indexOf('\t');
            page.put(line.substring(0, tab), line.substring(tab + 1));
        });
        return page;
    }
}
