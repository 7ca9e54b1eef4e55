package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigHistoryTest {
    private final ConfigHistory history = new ConfigHistory();

    @Test
    void theStartHasReadTheFilesOnce() {
        assertThat(history.view()).isEqualTo(new ConfigHistory.View(1, 0, 0, ""));
    }

    @Test
    void whatFailedIsToldUntilSomethingSucceeds() {
        history.begun();
        history.failed("no\n such  file");
        assertThat(history.view()).isEqualTo(new ConfigHistory.View(2, 1, 0, "no such file"));
        history.begun();
        history.succeeded();
        assertThat(history.view()).isEqualTo(new ConfigHistory.View(3, 2, 1, ""));
    }

    @Test
    void anotherProcessGoesOnCounting() {
        history.begun();
        history.succeeded();
        ConfigHistory next = new ConfigHistory();
        next.restore(history.save());
        assertThat(next.view()).as("its own start is one check more").isEqualTo(new ConfigHistory.View(3, 1, 1, ""));
    }

    @Test
    void whatAnOlderOneDidNotTellIsNothing() {
        history.restore(Map.of());
        assertThat(history.view()).isEqualTo(new ConfigHistory.View(1, 0, 0, ""));
    }
}
