package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.config.Refusal.Line;
import org.junit.jupiter.api.Test;

class RefusalTest {
    @Test
    void aReloadThatIsRefusedSaysThatNothingChanged() {
        Refusal refusal = Refusal.withUsage(Line.log("bad secret")).notApplied("file", -2);
        assertThat(refusal.usage()).isFalse();
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.lines()).containsExactly(Line.log("bad secret"),
                Line.log("error while re-reading config file file, new configuration NOT applied"),
                Line.bare("config check failed! (code -2)"));
    }

    @Test
    void hasNoStackTrace() {
        assertThat(Refusal.exit(1, Line.log("x")).getStackTrace()).isEmpty();
    }
}
