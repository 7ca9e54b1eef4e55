package io.mtproxy.proxy.front;

import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.proxy.front.SiteSighting.Origin;
import io.mtproxy.wire.faketls.Tls;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A sighting as plain text: one fact per line, a version in the first, {@code end} in the last. Strict in reading: the file
 * may have been changed by anybody who may write there.
 *
 * <pre>
 * mtproxy-site 1
 * domain www.example.org
 * origin probed
 * seen-at 1790000000
 * chacha-first 1303
 * hybrid suite=1301 group=11ec extensions=002b,0033 server-hello=1206 ccs=1
 * hybrid-flight times=7 records=42,2611,281,69
 * hybrid-flight times=3 records=42,2611,280,69
 * classic suite=1301 group=001d extensions=002b,0033 server-hello=118 ccs=1
 * classic-flight times=10 records=42,2611,281,69
 * end
 * </pre>
 */
final class SightingText {
    /** More than any sighting takes. */
    static final int MAX_LENGTH = 1 << 16;
    private static final String FIRST = "mtproxy-site 1";
    private static final String LAST = "end";
    private static final int MAX_FLIGHTS = 64;
    private static final int MAX_TIMES = 1000;
    private static final int MAX_SHOWN = 60;

    private final String[] lines;
    private int next;

    private SightingText(String text) {
        this.lines = text.split("\n", -1);
    }

    /** Text that is no sighting, or not of this version. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    static String write(SiteSighting s) {
        StringBuilder to = new StringBuilder();
        to.append(FIRST).append("\ndomain ").append(Domains.escape(s.domain()));
        to.append("\norigin ").append(s.origin().name().toLowerCase(Locale.ROOT));
        to.append("\nseen-at ").append(s.seenAt()).append("\nchacha-first ").append(hex(s.chachaFirst())).append('\n');
        if (s.hybrid() != null) {
            write("hybrid", s.hybrid(), to);
        }
        write("classic", s.classic(), to);
        return to.append(LAST).append('\n').toString();
    }

    private static void write(String kind, Answer a, StringBuilder to) {
        List<String> extensions = a.extensions().stream().map(SightingText::hex).toList();
        to.append(kind).append(" suite=").append(hex(a.cipherSuite())).append(" group=").append(hex(a.group()));
        to.append(" extensions=").append(String.join(",", extensions));
        to.append(" server-hello=").append(a.serverHelloLength()).append(" ccs=").append(a.changeCipherSpecAt());
        to.append('\n');
        for (Flight flight : a.flights()) {
            List<String> records = flight.records().stream().map(String::valueOf).toList();
            to.append(kind).append("-flight times=").append(flight.times()).append(" records=");
            to.append(String.join(",", records)).append('\n');
        }
    }

    private static String hex(int value) {
        String digits = Integer.toHexString(value);
        return "0".repeat(4 - digits.length()) + digits;
    }

    /**
     * Reads a sighting of that domain.
     *
     * @throws Malformed when a line is not what {@link #write} would have written, within sensible bounds
     */
    static SiteSighting read(String text, String domain) throws Malformed {
        return new SightingText(text).read(domain);
    }

    private SiteSighting read(String domain) throws Malformed {
        expect(FIRST);
        expect("domain " + Domains.escape(domain));
        Origin origin = origin(value(take(), "origin "));
        long seenAt = number(value(take(), "seen-at "), 0, 1L << 40);
        int chachaFirst = suite(value(take(), "chacha-first "));
        Answer hybrid = peek().startsWith("hybrid ") ? answer("hybrid") : null;
        Answer classic = answer("classic");
        expect(LAST);
        expect("");
        if (next != lines.length) {
            throw malformed("nothing behind it");
        }
        return new SiteSighting(domain, origin, seenAt, chachaFirst, hybrid, classic);
    }

    private Answer answer(String kind) throws Malformed {
        String[] words = words(value(take(), kind + " "), 5);
        int suite = suite(value(words[0], "suite="));
        int group = group(value(words[1], "group="));
        List<Integer> extensions = extensions(value(words[2], "extensions="));
        int length = (int) number(value(words[3], "server-hello="), 1, Tls.MAX_PLAINTEXT);
        int ccs = (int) number(value(words[4], "ccs="), -1, FlightParser.MAX_RECORDS);
        return new Answer(suite, group, extensions, length, ccs, flights(kind + "-flight "));
    }

    private List<Flight> flights(String kind) throws Malformed {
        List<Flight> flights = new ArrayList<>();
        do {
            String[] words = words(value(take(), kind), 2);
            int times = (int) number(value(words[0], "times="), 1, MAX_TIMES);
            List<Integer> records = new ArrayList<>();
            for (String record : value(words[1], "records=").split(",", -1)) {
                records.add((int) number(record, 1, Tls.MAX_CIPHERTEXT));
            }
            if (records.size() > FlightParser.MAX_RECORDS) {
                throw malformed("at most " + FlightParser.MAX_RECORDS + " records");
            }
            flights.add(new Flight(times, records));
        } while (peek().startsWith(kind) && flights.size() < MAX_FLIGHTS);
        return flights;
    }

    private String[] words(String text, int count) throws Malformed {
        String[] words = text.split(" ", -1);
        if (words.length != count) {
            throw malformed(count + " values");
        }
        return words;
    }

    private Origin origin(String text) throws Malformed {
        return switch (text) {
            case "probed" -> Origin.PROBED;
            case "drawn" -> Origin.DRAWN;
            default -> throw malformed("origin probed or drawn");
        };
    }

    private List<Integer> extensions(String text) throws Malformed {
        return switch (text) {
            case "002b,0033" -> List.of(Tls.SUPPORTED_VERSIONS, Tls.KEY_SHARE);
            case "0033,002b" -> List.of(Tls.KEY_SHARE, Tls.SUPPORTED_VERSIONS);
            default -> throw malformed("extensions 002b and 0033");
        };
    }

    private int suite(String text) throws Malformed {
        return switch (text) {
            case "0000" -> 0;
            case "1301" -> Tls.AES_128_GCM_SHA256;
            case "1302" -> Tls.AES_256_GCM_SHA384;
            case "1303" -> Tls.CHACHA20_POLY1305_SHA256;
            default -> throw malformed("a cipher suite 0000, 1301, 1302 or 1303");
        };
    }

    private int group(String text) throws Malformed {
        return switch (text) {
            case "001d" -> Tls.X25519;
            case "11ec" -> Tls.X25519_MLKEM768;
            default -> throw malformed("group 001d or 11ec");
        };
    }

    private void expect(String line) throws Malformed {
        if (!take().equals(line)) {
            throw malformed("'" + line + "'");
        }
    }

    private String value(String text, String name) throws Malformed {
        if (!text.startsWith(name)) {
            throw malformed("'" + name + "...'");
        }
        return text.substring(name.length());
    }

    private long number(String text, long min, long max) throws Malformed {
        if (text.matches("-?[0-9]{1,15}")) {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw malformed("a number " + min + ".." + max);
    }

    private String peek() {
        return next < lines.length ? lines[next] : "";
    }

    private String take() {
        String line = peek();
        next++;
        return line;
    }

    /** About the line that was taken last. */
    private Malformed malformed(String expected) {
        String line = next <= lines.length ? lines[next - 1] : "";
        return new Malformed("line " + next + " is '" + shown(line) + "', expected " + expected);
    }

    /** A piece that does no harm in a log. */
    private static String shown(String text) {
        String piece = text.substring(0, Math.min(text.length(), MAX_SHOWN)).replaceAll("[^ -~]", "?");
        return piece.length() == text.length() ? piece : piece + " ...";
    }
}
