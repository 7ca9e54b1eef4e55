package io.mtproxy.wire;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1,7f000001", "0.0.0.0,00000000", "255.255.255.255,ffffffff",
            "::,00000000000000000000000000000000", "::1,00000000000000000000000000000001",
            "1::,00010000000000000000000000000000", "2001:db8::a:B,20010db80000000000000000000a000b",
            "1:2:3:4:5:6:7:8,00010002000300040005000600070008", "1:2:3:4:5:6:7::,00010002000300040005000600070000",
            "::ffff:1.2.3.4,00000000000000000000ffff01020304", "1:2:3:4:5:6:1.2.3.4,00010002000300040005000601020304"})
    void readsEveryForm(String text, String expected) {
        byte[] ip = IpText.parse(text);
        assertThat(ip).isNotNull();
        assertThat(hex(ip)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "1..3.4", "+1.2.3.4", ":",
            ":::",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4::5:6:7:8", "1::2::3", "12345::", "g::", "::1%eth0",
            "1.2.3.4::",
            "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "[::1]", "1:", ":1", "localhost", "\u0661.2.3.4"})
    void refusesEverythingElse(String text) {
        assertThat(IpText.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "443,443", "65535,65535", "65536,-1", "-1,-1", "+1,-1", "01,-1", "'',-1", "1a,-1",
            "999999999999,-1"})
    void readsPorts(String text, int port) {
        assertThat(IpText.port(text)).isEqualTo(port);
    }

    @Property
    void readsWhatItWrites(@ForAll @Size(16) byte[] ip) {
        assertThat(IpText.parse6(IpText.format(ip))).isEqualTo(ip);
        byte[] four = {ip[0], ip[1], ip[2], ip[3]};
        assertThat(IpText.parse4(IpText.format(four))).isEqualTo(four);
    }

    @Property
    void noTextIsTooMuch(@ForAll String text) {
        byte[] ip = IpText.parse(text);
        assertThat(ip == null || ip.length == 4 || ip.length == 16).isTrue();
    }

    @Test
    void addressesAreEqualByContent() {
        Address a = new Address(new byte[] {127, 0, 0, 1}, 443);
        assertThat(a).isEqualTo(new Address(new byte[] {127, 0, 0, 1}, 443))
                .hasSameHashCodeAs(new Address(new byte[] {127, 0, 0, 1}, 443))
                .isNotEqualTo(new Address(new byte[] {127, 0, 0, 1}, 80)).hasToString("127.0.0.1:443");
        assertThat(new Address(new byte[16], 1)).hasToString("[0:0:0:0:0:0:0:0]:1");
        assertThat(a.unspecified()).isFalse();
        assertThat(new Address(new byte[16], 1).unspecified()).isTrue();
        assertThatThrownBy(() -> new Address(new byte[5], 1)).hasMessageContaining("5 bytes");
        assertThatThrownBy(() -> new Address(new byte[4], 65536)).hasMessageContaining("65536");
    }
}
