package io.mtproxy.proxy.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefreshHistoryTest {
    @Test
    void anotherProcessGoesOnCounting() {
        RefreshHistory before = new RefreshHistory();
        before.begun();
        before.changed();
        before.succeeded(77);
        before.begun();
        before.failed("nobody answered");
        RefreshHistory next = new RefreshHistory();
        next.begun();
        next.restore(before.save());
        assertThat(next.view()).isEqualTo(new RefreshHistory.View(3, 1, 1, 77, ""));
    }
}
