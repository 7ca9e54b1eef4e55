package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class InheritedSocketsTest {
    @Test
    void theyBeginAtThreeAndAreForOneProcess() {
        Map<String, String> environment = Map.of("LISTEN_FDS", "2", "LISTEN_PID", "77");
        assertThat(InheritedSockets.listening(environment, 77)).containsExactly(3, 4);
        assertThat(InheritedSockets.listening(environment, 78)).isEmpty();
        assertThat(InheritedSockets.listening(Map.of("LISTEN_FDS", "2"), 77)).isEmpty();
        assertThat(InheritedSockets.listening(Map.of(), 77)).isEmpty();
    }

    @Test
    void aCountThatIsNoneIsRefused() {
        assertThatThrownBy(() -> InheritedSockets.listening(Map.of("LISTEN_FDS", "-1", "LISTEN_PID", "77"), 77))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("LISTEN_FDS is \"-1\", expected a number");
    }
}
