package io.mtproxy.tools.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** Where a report comes from. Says nothing that names the machine or its folders: reports are published. */
public final class Environment {

    private Environment() {}

    /** Now. */
    public static Map<String, Object> read() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        map.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch"));
        map.put("processor", field("/proc/cpuinfo", "model name"));
        map.put("processors", Runtime.getRuntime().availableProcessors());
        map.put("memory", field("/proc/meminfo", "MemTotal"));
        map.put("java", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
        map.put("loadAverage", loadAverage());
        return map;
    }

    /** Processes that want a processor: averages over 1, 5 and 15 minutes. Much before a run means: do not trust it. */
    public static String loadAverage() {
        try {
            String[] fields = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
            return fields[0] + " " + fields[1] + " " + fields[2];
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst().orElse("unknown");
        } catch (IOException | java.io.UncheckedIOException e) {
            return "unknown";
        }
    }
}
