package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboundTest {

    private static Outbound of(Map<String, String> environment) throws Refusal {
        return Outbound.of(environment::get);
    }

    @Test
    void nothingSetIsTheDefault() throws Refusal {
        assertThat(of(Map.of())).isEqualTo(Outbound.DEFAULT);
        assertThat(of(Map.of("MTPROXY_OUTBOUND_READ_TIMEOUT_MS", ""))).isEqualTo(Outbound.DEFAULT);
        assertThat(of(Map.of("MTPROXY_GO_OUTBOUND_READ_TIMEOUT_MS", "7"))).isEqualTo(Outbound.DEFAULT);
    }

    @Test
    void eachHasItsPlace() throws Refusal {
        assertThat(of(Map.of("MTPROXY_OUTBOUND_CONNECT_TIMEOUT_MS", "1200", "MTPROXY_OUTBOUND_WRITE_TIMEOUT_MS", "2300",
                "MTPROXY_OUTBOUND_READ_TIMEOUT_MS", "345", "MTPROXY_OUTBOUND_IDLE_TIMEOUT_MS", "0",
                "MTPROXY_OUTBOUND_MAX_FRAME_SIZE", "123456"))).isEqualTo(new Outbound(1200, 2300, 345, 0, 123456));
    }

    @ParameterizedTest
    @CsvSource({"CONNECT_TIMEOUT_MS,0,from 1 to 86400000 (milliseconds)",
            "WRITE_TIMEOUT_MS,-1,'from 0 to 86400000 (milliseconds, 0 = never)'",
            "READ_TIMEOUT_MS,5s,'from 0 to 86400000 (milliseconds, 0 = never)'",
            "IDLE_TIMEOUT_MS,99999999999,'from 0 to 86400000 (milliseconds, 0 = never)'",
            "MAX_FRAME_SIZE,1000,from 1024 to 16777216 (bytes)",
            "MAX_FRAME_SIZE,16777217,from 1024 to 16777216 (bytes)"})
    void whatMakesNoSenseIsNamedWithWhatWasExpected(String name, String value, String expected) {
        assertThatThrownBy(() -> of(Map.of("MTPROXY_OUTBOUND_" + name, value)))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.exitCode()).isEqualTo(2);
                    assertThat(refusal.lines().getFirst().text()).isEqualTo("fatal: MTPROXY_OUTBOUND_" + name + " is \""
                            + value + "\", expected a whole number " + expected);
                });
    }
}
