package io.mtproxy.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stored inputs of a target: one per line, hex digits; {@code #} begins a line that says what the next ones are. Kept as one
 * text file per target, and unpacked to one file per input for the fuzzer.
 */
public final class Seeds {
    private static final HexFormat HEX = HexFormat.of();

    private Seeds() {}

    /** An input and the line it stands in. */
    public record Seed(int line, byte[] bytes) {
        @Override
        public String toString() {
            return "line " + line;
        }
    }

    /** The inputs of a file's text. */
    static List<Seed> parse(String text) {
        List<Seed> seeds = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("#")) {
                seeds.add(new Seed(i + 1, HEX.parseHex(lines.get(i))));
            }
        }
        return seeds;
    }

    /**
     * {@code unpack TARGET DIRECTORY} writes a target's inputs as files, {@code pack DIRECTORY FILE} appends the files of a
     * directory to a text file, shortest first, but for those that are there.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 3 && arguments[0].equals("unpack")) {
            unpack(arguments[1], Path.of(arguments[2]));
        } else if (arguments.length == 3 && arguments[0].equals("pack")) {
            pack(Path.of(arguments[1]), Path.of(arguments[2]));
        } else {
            throw new IllegalArgumentException("expected: unpack TARGET DIRECTORY, or pack DIRECTORY FILE");
        }
    }

    private static void unpack(String type, Path directory) throws IOException {
        for (Seed seed : new Target(type, 0).seeds()) {
            Files.write(directory.resolve("seed-" + seed.line()), seed.bytes());
        }
    }

    private static void pack(Path directory, Path file) throws IOException {
        List<String> lines = Files.exists(file) ? new ArrayList<>(Files.readAllLines(file)) : new ArrayList<>();
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path each : files.toList()) {
                found.add(HEX.formatHex(Files.readAllBytes(each)));
            }
        }
        found.removeAll(lines);
        found.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        lines.addAll(found);
        Files.write(file, lines);
    }
}
