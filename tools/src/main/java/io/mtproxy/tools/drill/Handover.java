package io.mtproxy.tools.drill;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a proxy says of its end when another one has taken over.
 *
 * @param pid of the new one
 * @param clients whose connections it got
 * @param links to Telegram that it got
 * @param frozen for how many milliseconds nobody was served
 */
record Handover(long pid, long clients, long links, long frozen) {

    private static final Pattern TEXT = Pattern
            .compile("handed over to pid (\\d+): (\\d+) clients, (\\d+) links.*; frozen (\\d+) ms");

    /** IllegalStateException when it was something else, such as sessions that were left to run dry. */
    static Handover parse(String said) {
        Matcher matcher = TEXT.matcher(said);
        if (!matcher.matches()) {
            throw new IllegalStateException("not everything was handed over: " + said);
        }
        return new Handover(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)), Long.parseLong(matcher.group(4)));
    }
}
