package io.mtproxy.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitAlarmTest {
    @Test
    void itTellsAboveNineTenths() {
        assertThat(LimitAlarm.line(9, 10)).isNull();
        assertThat(LimitAlarm.line(10, 10)).isEqualTo("CRITICAL: used 10 user connections out of 10");
        assertThat(LimitAlarm.line(1801, 2000)).isEqualTo("CRITICAL: used 1801 user connections out of 2000");
        assertThat(LimitAlarm.line(100, 0)).as("no limit").isNull();
    }
}
