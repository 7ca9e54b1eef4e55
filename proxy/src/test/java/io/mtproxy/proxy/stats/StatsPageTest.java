package io.mtproxy.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StatsPageTest {
    /** Answers with the position of the question, so that every value is another one. */
    private static final class Numbered implements StatsSource {
        private final List<String> asked = new ArrayList<>();

        @Override
        public void begin() {
            asked.add("begin");
        }

        @Override
        public long number(String key) {
            asked.add(key);
            return asked.size();
        }

        @Override
        public double fraction(String key) {
            return number(key) / 7.0;
        }

        @Override
        public String text(String key) {
            return "text" + number(key);
        }

        @Override
        public List<SecretUse> secrets() {
            return List.of(new SecretUse(3, 4), new SecretUse(5, 6));
        }

        @Override
        public List<Own> own() {
            return List.of(new Own("ours", "yes"));
        }
    }

    private final Numbered source = new Numbered();
    private final List<String> lines = new String(StatsPage.render(source), StandardCharsets.UTF_8).lines().toList();

    @Test
    void hasAllKeysOfCInItsOrderThenOurs() throws IOException {
        try (InputStream keys = StatsPageTest.class.getResourceAsStream("stats-keys.txt")) {
            List<String> expected = new ArrayList<>(
                    new String(keys.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
            expected.addAll(List.of("secret_1_active_connections", "secret_1_active_auth_keys",
                    "secret_2_active_connections", "secret_2_active_auth_keys", "ours"));
            assertThat(lines).extracting(line -> line.substring(0, line.indexOf('\t'))).isEqualTo(expected);
        }
    }

    /** Each in the document, with the reason; and no others. */
    @Test
    void constantsAreDocumented() throws IOException {
        Numbered other = new Numbered();
        other.asked.addAll(List.of("another", "beginning"));
        List<String> constants = new ArrayList<>(
                new String(StatsPage.render(other), StandardCharsets.UTF_8).lines().filter(lines::contains)
                        .map(line -> line.substring(0, line.indexOf('\t')))
                        .filter(key -> !key.startsWith("<") && !key.startsWith(">") && !key.startsWith("secret_")
                                && !key.equals("ours"))
                        .toList());
        constants.addAll(List.of("inactive_targets", "total_inactive_targets", "accept_connection_limit_failed"));
        String document = Files.readString(Path.of("..", "docs", "stats.md"));
        String table = document.substring(document.indexOf("Constants, each"), document.indexOf("True, and not quite"));
        List<String> documented = Pattern.compile("`([a-z_]+)`").matcher(table).results().map(match -> match.group(1))
                .filter(key -> !List.of("event_timer_alarms", "timer_ops").contains(key)).toList();
        assertThat(documented).containsExactlyInAnyOrderElementsOf(constants);
    }

    @Test
    void asksForEachValueOnceAfterTheBeginning() {
        assertThat(source.asked).first().isEqualTo("begin");
        assertThat(source.asked).doesNotHaveDuplicates();
    }

    @Test
    void valuesLookAsInC() {
        assertThat(lines).contains("pid\t2", "tot_idle_time\t0.857", ">>>>>>connections>>>>>>\tstart",
                "<<<<<<connections<<<<<<\tend", "proxy_mode\t2", "qps_get\t0.000", "rpc_qps\t0.000000",
                "jobs_running\t0 0 0 0  0 0 0 0  0 0 0 0  0 0 0 0", "secret_1_active_connections\t3",
                "secret_2_active_auth_keys\t6", "ours\tyes");
        assertThat(lines).anyMatch(line -> line.matches("http_qps\t\\d+\\.\\d{6}"));
        assertThat(lines).anyMatch(line -> line.matches("PID\ttext\\d+"));
    }
}
