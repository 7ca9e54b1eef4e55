package io.mtproxy.tools.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProxyStatsTest {

    @Test
    void keysAndValuesStandApartByATab() {
        ProxyStats stats = ProxyStats.parse("pid\t12\nPID\t[0.0.0.0:1:2:3]\n>>>>>>x>>>>>>\tstart\nnothing\n");

        assertThat(stats.values()).hasSize(3).containsEntry("PID", "[0.0.0.0:1:2:3]");
        assertThat(stats.number("pid")).isEqualTo(12);
        assertThatThrownBy(() -> stats.number("uptime")).hasMessageContaining("uptime");
    }
}
