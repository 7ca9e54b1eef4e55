package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnSocketsTest {
    private static InetAddress at(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private static OwnSockets bound(String address) {
        return new OwnSockets(Set.of(443), address == null ? null : at(address), List.of(at("203.0.113.9")));
    }

    @Test
    void everyAddressOfThisMachineIsOurs() {
        OwnSockets own = bound(null);
        for (String here : List.of("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::")) {
            assertThat(own.accept(at(here), 443)).as(here).isTrue();
            assertThat(own.accept(at(here), 444)).as(here).isFalse();
        }
        assertThat(own.accept(at("192.0.2.1"), 443)).isFalse();
        assertThat(own.accept(at("2001:db8::1"), 443)).isFalse();
    }

    @Test
    void whatOthersKnowUsByIsOurs() {
        assertThat(bound(null).accept(at("203.0.113.9"), 443)).isTrue();
        assertThat(bound("127.0.0.1").accept(at("203.0.113.9"), 443)).isTrue();
    }

    @Test
    void boundToOneAddressOnlyThatOneIsOurs() {
        OwnSockets own = bound("127.0.0.1");
        assertThat(own.accept(at("127.0.0.1"), 443)).isTrue();
        assertThat(own.accept(at("0.0.0.0"), 443)).isTrue();
        assertThat(own.accept(at("127.0.0.2"), 443)).isFalse();
        assertThat(bound("10.0.0.1").accept(at("0.0.0.0"), 443)).isFalse();
        assertThat(bound("0.0.0.0").accept(at("127.0.0.2"), 443)).isTrue();
    }

    @Test
    void withoutPortsNothingIs() {
        assertThat(OwnSockets.NONE.accept(at("127.0.0.1"), 443)).isFalse();
    }
}
