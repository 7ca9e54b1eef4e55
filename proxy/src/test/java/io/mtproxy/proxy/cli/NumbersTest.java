package io.mtproxy.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {
    @ParameterizedTest
    @CsvSource({"'',0", "abc,0", "12,12", "' \t7x',7", "+5,5", "-5,-5", "- 5,0", "--5,0", "007,7", "0x10,0",
            "4294967297,1",
            "2147483648,-2147483648", "99999999999999999999,-1", "-99999999999999999999,0"})
    void atoiReadsAsC(String text, int expected) {
        assertThat(Numbers.atoi(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"'',0,0", "12:3,12,2", "'  12',12,4", "x,0,0", "-,0,0", "9223372036854775807,9223372036854775807,19",
            "9223372036854775808,9223372036854775807,19", "-9223372036854775808,-9223372036854775808,20",
            "-9223372036854775809,-9223372036854775808,20"})
    void scanTellsWhereANumberEnds(String text, long value, int end) {
        assertThat(Numbers.scan(text, 0)).isEqualTo(new Numbers.Scanned(value, end));
    }

    @ParameterizedTest
    @CsvSource({"'',0", "abc,0", "2.5,2.5", "-1,-1", "' 3.',3", ".5,0.5", ".,0", "1e2x,100", "1e,1", "1e+,1",
            "2.5s,2.5",
            "1e-1,0.1"})
    void atofReadsAsC(String text, double expected) {
        assertThat(Numbers.atof(text)).isEqualTo(expected);
    }
}
