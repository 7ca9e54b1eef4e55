package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4Test {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "1.2.3.4", "255.255.255.255", "10.0.0.100"})
    void takesFourNumbers(String text) {
        assertThat(Ipv4.parse(text).getHostAddress()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5", "01.2.3.4",
            "1.2.3.256",
            "1.2.3.0004", " 1.2.3.4", "1.2.3.4 ", "1.2.3.x", "::1", "1.2.3.٤", "+1.2.3.4"})
    void takesNothingElse(String text) {
        assertThat(Ipv4.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"127.1,127.0.0.1", "1.2.3,1.2.0.3", "1.65535,1.0.255.255", "0177.1,127.0.0.1", "2130706433,127.0.0.1",
            "4294967295,255.255.255.255", "1.2.3.4,1.2.3.4"})
    void numbersAreReadAsTheSystemResolverDoes(String text, String address) {
        assertThat(Ipv4.isNumber(text)).isTrue();
        assertThat(Ipv4.parseLoose(text).getHostAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "256.1", "1.2.3.256", "1.2.3.4.5", "10.09.0.1", "1..2", "", "1.16777216"})
    void someNumbersAreNoAddress(String text) {
        assertThat(Ipv4.parseLoose(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x7f.1", "a", "1.", "1a", ""})
    void namesAreNoNumbers(String text) {
        assertThat(Ipv4.isNumber(text)).isFalse();
    }
}
