package io.mtproxy.tools.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HandoverTest {

    @Test
    void isReadFromWhatTheOldProcessSays() {
        assertThat(Handover.parse("handed over to pid 1234: 100 clients, 4 links; frozen 31 ms"))
                .isEqualTo(new Handover(1234, 100, 4, 31));
        assertThat(Handover.parse("handed over to pid 1: 0 clients, 0 links, 7 splices; frozen 0 ms"))
                .isEqualTo(new Handover(1, 0, 0, 0));
    }

    @Test
    void sessionsThatWereLeftBehindAreNone() {
        assertThatThrownBy(() -> Handover.parse("pid 12 accepts from now on, and we are drained"))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("pid 12 accepts from now on");
    }
}
