package io.mtproxy.proxy.refresh;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adds the targets of a second config to a first one. Both are what Telegram publishes: one statement on a line. */
final class ConfigMerge {
    private static final Pattern TARGET = Pattern.compile("\\s*proxy_for\\s+(-?\\d+)\\s[^;#]*;\\s*(#.*)?");

    private ConfigMerge() {}

    /** The lines of the first, and behind the last one of each data centre those of the second for it; unknown ones last. */
    static byte[] merge(byte[] first, byte[] second) {
        List<String> lines = new ArrayList<>(text(first).lines().toList());
        Map<String, List<String>> added = targets(second);
        Map<Integer, List<String>> behind = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> each : added.entrySet()) {
            behind.computeIfAbsent(last(lines, each.getKey()), at -> new ArrayList<>()).addAll(each.getValue());
        }
        StringBuilder merged = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            append(merged, List.of(lines.get(i)));
            append(merged, behind.getOrDefault(i, List.of()));
        }
        append(merged, behind.getOrDefault(-1, List.of()));
        return merged.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Map<String, List<String>> targets(byte[] config) {
        Map<String, List<String>> targets = new LinkedHashMap<>();
        for (String line : text(config).lines().toList()) {
            Matcher target = TARGET.matcher(line);
            if (target.matches()) {
                targets.computeIfAbsent(target.group(1), dc -> new ArrayList<>()).add(line.strip());
            }
        }
        return targets;
    }

    private static int last(List<String> lines, String dc) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            Matcher target = TARGET.matcher(lines.get(i));
            if (target.matches() && target.group(1).equals(dc)) {
                return i;
            }
        }
        return -1;
    }

    private static void append(StringBuilder to, List<String> lines) {
        for (String line : lines) {
            to.append(line).append('\n');
        }
    }

    private static String text(byte[] config) {
        return new String(config, StandardCharsets.ISO_8859_1);
    }
}
