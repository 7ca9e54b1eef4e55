package io.mtproxy.tools.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** What the operator's own arguments for the daemon say, read as getopt_long reads them. */
final class DaemonWords {

    private static final String WITH_VALUE = "CDHMPSTWbclpu";
    private static final String WITH_OPTIONAL_VALUE = "dv";
    private static final char NO_LETTER = 0;
    /** The one name whose value may begin as an option does: ids of data centres are negative, too. */
    private static final String OVERRIDE = "dc-override";
    private static final int SHORTEST_OVERRIDE = 2;

    private final char letter;
    private final String name;
    private final int shortest;
    private final List<String> found = new ArrayList<>();

    private DaemonWords(char letter, String name, int shortest) {
        this.letter = letter;
        this.name = name;
        this.shortest = shortest;
    }

    /** The value of {@code -u}; empty text when it lacks one. */
    static Optional<String> user(List<String> words) {
        return new DaemonWords('u', "user", 1).last(words);
    }

    /** The value of {@code -c}; "--c" alone could be --crc32c as well. */
    static Optional<String> connections(List<String> words) {
        return new DaemonWords('c', "connections", 2).last(words);
    }

    /** The values of all {@code -D}; "--d" alone could be --daemonize as well. */
    static List<String> domains(List<String> words) {
        return new DaemonWords('D', "domain", 2).in(words);
    }

    /** The values of all {@code --dc-override}. */
    static List<String> overrides(List<String> words) {
        return new DaemonWords(NO_LETTER, OVERRIDE, SHORTEST_OVERRIDE).in(words);
    }

    /** The value of {@code --address}; "--a" alone could be --aes-pwd as well. */
    static Optional<String> address(List<String> words) {
        return new DaemonWords(NO_LETTER, "address", 2).last(words);
    }

    /** Whether it goes to the background: {@code -d}, with or without a value. */
    static boolean daemonized(List<String> words) {
        return words.stream().anyMatch(word -> word.startsWith("-d") || word.startsWith("--da"));
    }

    private Optional<String> last(List<String> words) {
        List<String> all = in(words);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    private List<String> in(List<String> words) {
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            if (word.equals("--")) {
                break;
            }
            if (word.startsWith("--")) {
                named(word.substring(2).split("=", 2), rest);
            } else if (word.startsWith("-")) {
                lettered(word, rest);
            }
        }
        return found;
    }

    private void named(String[] parts, Iterator<String> rest) {
        if (parts[0].length() >= shortest && name.startsWith(parts[0])) {
            found.add(parts.length == 2 ? parts[1] : next(rest));
        } else if (parts.length == 1 && parts[0].length() >= SHORTEST_OVERRIDE && OVERRIDE.startsWith(parts[0])) {
            next(rest);
        }
    }

    /** Several letters may share a word; the first that takes a value takes the rest of it. */
    private void lettered(String word, Iterator<String> rest) {
        for (int i = 1; i < word.length() && WITH_OPTIONAL_VALUE.indexOf(word.charAt(i)) < 0; i++) {
            if (WITH_VALUE.indexOf(word.charAt(i)) >= 0) {
                String value = i + 1 < word.length() ? word.substring(i + 1) : next(rest);
                if (word.charAt(i) == letter) {
                    found.add(value);
                }
                return;
            }
        }
    }

    private static String next(Iterator<String> rest) {
        return rest.hasNext() ? rest.next() : "";
    }
}
