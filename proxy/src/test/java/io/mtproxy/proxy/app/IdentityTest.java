package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class IdentityTest {
    @Test
    void looksAsC() throws Exception {
        assertThat(Identity.of(address("192.0.2.2"), 60000, 22316, 1_795_171_013))
                .hasToString("[192.0.2.2:-5536:22316:1795171013]");
        assertThat(Identity.of(null, -1, 1, 5)).hasToString("[0.0.0.0:-1:1:5]");
    }

    @Test
    void loopbackIsNoAddress() throws Exception {
        assertThat(Identity.of(address("127.0.0.1"), 1, 1, 1).ip()).isZero();
    }

    @Test
    void anyProcessIdFitsIntoSixteenBits() {
        assertThat(Identity.of(null, 1, 65535, 1).pid()).isEqualTo(65535);
        assertThat(Identity.of(null, 1, 4_194_303, 1).pid()).isEqualTo(0xffff ^ 0x3f);
        assertThat(Identity.of(null, 1, 0x10001, 1).pid()).isEqualTo(1);
    }

    private static Inet4Address address(String text) throws Exception {
        return (Inet4Address) InetAddress.getByName(text);
    }
}
