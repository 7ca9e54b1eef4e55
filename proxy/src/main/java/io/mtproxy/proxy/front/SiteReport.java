package io.mtproxy.proxy.front;

import io.mtproxy.proxy.front.SiteProbe.Heard;
import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.wire.faketls.Tls;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the log says about a site that was asked: first in C's words, then what C does not look at. */
final class SiteReport {
    /** C: is_reversed with at most so many bytes in the first record is the mark of servers with several records. */
    private static final int C_SEVERAL = 1250;
    /** C: sizes that differ by so much at most are varied likewise. */
    private static final int C_VARIATION = 3;

    private SiteReport() {}

    /** C's lines of success: about the first encrypted record of each connection with a hello like C's. */
    static void cLines(String domain, List<Heard> heard, long nanos, FrontLog log) {
        List<SeenAnswer> classic = answers(heard.stream().filter(h -> !h.kind().hybrid()));
        List<SeenAnswer> answers = classic.isEmpty() ? answers(heard.stream()) : classic;
        IntSummaryStatistics first = answers.stream()
                .collect(Collectors.summarizingInt(answer -> answer.records().getFirst()));
        long reversed = answers.stream().filter(SiteReport::reversed).count();
        if (reversed > 0 && reversed < answers.size()) {
            log.line("Upstream server " + domain + " uses non-deterministic extension order");
        }
        boolean alwaysReversed = reversed == answers.size();
        int size = first.getMax();
        if (first.getMax() - first.getMin() > C_VARIATION) {
            size = (int) (first.getAverage() + 0.5);
            log.line(String.format(Locale.ROOT,
                    "Unrecognized encrypted application data length pattern with min = %d, max = %d, mean = %.3f",
                    first.getMin(), first.getMax(), first.getAverage()));
        } else if (first.getMax() != first.getMin()) {
            size--;
        }
        log.line(0, String.format(Locale.ROOT,
                "Successfully checked domain %s in %.3f seconds: is_reversed_extension_order = %d, "
                        + "server_hello_encrypted_size = %d, use_random_encrypted_size = %d",
                domain, nanos / 1e9, alwaysReversed ? 1 : 0, size, first.getMax() == first.getMin() ? 0 : 1));
        boolean several = answers.stream().anyMatch(answer -> answer.records().size() > 1);
        if (several || (alwaysReversed && size <= C_SEVERAL)) {
            log.line("Multiple encrypted client data packets are unsupported, so handshake with " + domain
                    + " will not be fully emulated");
        }
    }

    private static List<SeenAnswer> answers(Stream<Heard> heard) {
        return heard.map(Heard::answer).filter(Objects::nonNull).toList();
    }

    private static boolean reversed(SeenAnswer answer) {
        return answer.hello().extensions().getFirst() == Tls.SUPPORTED_VERSIONS;
    }

    /** What makes a site a bad model, and what to do. */
    static void advice(SiteSighting sighting, FrontLog log) {
        String domain = sighting.domain();
        Answer answer = sighting.main();
        if (answer.severalRecords()) {
            Flight flight = answer.flights().getFirst();
            log.line(0, domain + " sends its encrypted first flight as records of " + flight.records()
                    + " bytes. Telegram's clients take only one, so ours has " + flight.oneRecord()
                    + ": the same total, but a difference for who looks at records. Better a site that sends one record, "
                    + "as most servers in Go (Caddy) and large content networks do");
        }
        if (answer.tooLong()) {
            log.line(0, domain + " has a first flight that is longer than one record can be: ours is cut to "
                    + Tls.MAX_CIPHERTEXT + " bytes. Better a site with a shorter certificate chain");
        }
        if (sighting.hybrid() == null) {
            log.line(0, domain + " does not answer hellos of today's size, with X25519MLKEM768. Better another site");
        } else if (answer.group() != Tls.X25519_MLKEM768) {
            log.line(0,
                    domain + " chooses X25519 where clients of today offer X25519MLKEM768, which some censors take as "
                            + "a reason to block. Better a site that knows it (OpenSSL from 3.5, Go from 1.24)");
        }
    }

    /** Whether an onlooker sees no difference but in sizes. */
    static boolean sameInTheClear(SiteSighting a, SiteSighting b) {
        Answer one = a.main();
        Answer other = b.main();
        return one.group() == other.group() && one.cipherSuite() == other.cipherSuite()
                && one.extensions().equals(other.extensions()) && one.severalRecords() == other.severalRecords();
    }

    /** One line about what is in use. */
    static String summary(SiteSighting sighting) {
        Answer answer = sighting.main();
        return "group " + hex(answer.group()) + ", cipher suite "
                + (answer.cipherSuite() == 0 ? "as the client" : hex(answer.cipherSuite())) + ", extensions "
                + (answer.reversed() ? "43, 51" : "51, 43") + ", encrypted first flight of "
                + answer.flights().stream().map(Flight::oneRecord).distinct().sorted().map(String::valueOf)
                        .collect(Collectors.joining(", "))
                + " bytes";
    }

    private static String hex(int value) {
        String digits = Integer.toHexString(value);
        return "0".repeat(4 - digits.length()) + digits;
    }
}
