package io.mtproxy.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TimeZone;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class LocalTimeProperties {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS",
            Locale.ROOT);
    private static final String[] ZONES = {"UTC", "Europe/Moscow", "America/St_Johns", "Asia/Kathmandu",
            "Pacific/Apia", "Europe/London"};

    @Property
    void showsTheTimeOfTheZone(@ForAll @LongRange(min = 0, max = 7_258_118_400L) long seconds,
            @ForAll @IntRange(max = 999_999_999) int nanos, @ForAll @IntRange(max = 5) int zone) {
        TimeZone timeZone = TimeZone.getTimeZone(ZONES[zone]);
        Instant instant = Instant.ofEpochSecond(seconds, nanos);
        StringBuilder text = new StringBuilder();
        new LocalTime(timeZone).append(text, instant);
        assertThat(text).hasToString(FORMAT.format(instant.atZone(timeZone.toZoneId())));
    }
}
