package io.mtproxy.proxy.log;

import java.time.Instant;
import java.util.TimeZone;

/** Local time in C's log format, without the machinery of java.time formatting, which costs start-up time. */
final class LocalTime {
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int MICROSECOND = 1_000;

    private final TimeZone zone;

    LocalTime(TimeZone zone) {
        this.zone = zone;
    }

    /** The zone of the environment variable TZ, or of the machine. */
    static LocalTime ofSystem() {
        return new LocalTime(TimeZone.getDefault());
    }

    /** Appends {@code YYYY-MM-DD hh:mm:ss.uuuuuu}. */
    void append(StringBuilder to, Instant now) {
        long seconds = now.getEpochSecond();
        seconds += zone.getOffset(seconds * 1000) / 1000;
        appendDate(to, Math.floorDiv(seconds, (long) SECONDS_PER_DAY));
        int second = (int) Math.floorMod(seconds, (long) SECONDS_PER_DAY);
        to.append(' ');
        append(to, second / 3600, 2).append(':');
        append(to, second / 60 % 60, 2).append(':');
        append(to, second % 60, 2).append('.');
        append(to, now.getNano() / MICROSECOND, 6);
    }

    /** Days since 1970 to the Gregorian calendar, counting years from March so that leap days come last. */
    private static void appendDate(StringBuilder to, long epochDay) {
        long days = epochDay + 719_468;
        long era = Math.floorDiv(days, 146_097L);
        int dayOfEra = (int) Math.floorMod(days, 146_097L);
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int shifted = (5 * dayOfYear + 2) / 153;
        int month = shifted < 10 ? shifted + 3 : shifted - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        append(to, year, 4).append('-');
        append(to, month, 2).append('-');
        append(to, dayOfYear - (153 * shifted + 2) / 5 + 1, 2);
    }

    private static StringBuilder append(StringBuilder to, int value, int width) {
        String digits = Integer.toString(value);
        for (int i = digits.length(); i < width; i++) {
            to.append('0');
        }
        return to.append(digits);
    }
}
