package io.mtproxy.tools.cli;

import java.util.List;
import java.util.stream.Collectors;

/** Words for a POSIX shell's {@code eval}. */
final class ShellWords {

    private ShellWords() {}

    /** Each in single quotes, inside which nothing but the quote itself means anything. */
    static String quote(List<String> words) {
        return words.stream().map(word -> "'" + word.replace("'", "'\\''") + "'").collect(Collectors.joining(" "));
    }
}
