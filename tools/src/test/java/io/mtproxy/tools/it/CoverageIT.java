package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/functional-coverage.md names what it has to: all that the program itself knows, each with a test. That the tests
 * exist is checked by tests/docs/run.
 */
class CoverageIT {

    private static final Pattern BLOCK = Pattern.compile("(?m)^>>>>>>(\\w+)>>>>>>");
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("`(contract/|\\w+(Test|IT|Properties|Contract)(\\.\\w+)?`)");

    /** First cells of the rows of a section's table that name a test, by the names in them. */
    private static Map<String, String> rows(String heading) throws IOException {
        String text = Files.readString(Path.of(System.getProperty("mtproxy.home"), "docs/functional-coverage.md"));
        int start = text.indexOf("\n## " + heading + "\n");
        assertThat(start).as("section " + heading).isNotNegative();
        int end = text.indexOf("\n## ", start + 1);
        Map<String, String> rows = new LinkedHashMap<>();
        text.substring(start, end < 0 ? text.length() : end).lines().filter(line -> line.startsWith("| `"))
                .forEach(line -> {
                    assertThat(TEST.matcher(line).find()).as("a test in the row: " + line).isTrue();
                    Matcher names = NAME.matcher(line.split("\\|")[1]);
                    while (names.find()) {
                        rows.put(names.group(1), line);
                    }
                });
        return rows;
    }

    /** That every option has a row is UsageTest's. */
    @Test
    void everyRowOfAnOptionNamesATest() throws Exception {
        assertThat(rows("Options")).hasSizeGreaterThan(30).containsKeys("-S", "--nat-info");
    }

    @Test
    void everySignalHasARow() throws Exception {
        assertThat(rows("Signals")).containsKeys("TERM", "INT", "HUP", "USR1", "CHLD", "PIPE", "IO", "ALRM", "SEGV",
                "QUIT", "USR2");
    }

    @Test
    void everyStatementOfTheConfigHasARow() throws Exception {
        assertThat(rows("Statements of the backend config")).containsKeys("proxy", "proxy_for", "default", "timeout",
                "min_connections", "max_connections");
    }

    @Test
    void everyMessageHasARow() throws Exception {
        String[] messages = Arrays.stream(RpcType.class.getDeclaredFields())
                .filter(field -> Modifier.isPublic(field.getModifiers()) && field.getType() == int.class)
                .map(java.lang.reflect.Field::getName).toArray(String[]::new);

        assertThat(messages).contains("PROXY_REQ");
        assertThat(rows("Messages of middle proxies")).containsKeys(messages);
    }

    @Test
    void everyGroupOfStatisticsHasARow(@TempDir Path directory) throws Exception {
        try (World world = World.Plan.ours().start(directory)) {
            String page = String.join("\n", world.proxy().stats().values().keySet());
            List<String> groups = new ArrayList<>(
                    BLOCK.matcher(page).results().map(match -> match.group(1)).toList());

            assertThat(groups).contains("connections", "rpc_targets");
            assertThat(rows("Keys of `/stats`")).containsKeys(Stream
                    .concat(groups.stream(), Stream.of("process", "proxy")).toArray(String[]::new));
        }
    }
}
