package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SocketNameTest {
    private final SocketName name = new SocketName();

    private String hex(int length) {
        return HexFormat.of().formatHex(name.bytes, 0, length);
    }

    @Test
    void ipv4IsSockaddrIn() throws Exception {
        InetSocketAddress a = new InetSocketAddress(InetAddress.getByName("10.1.2.255"), 443);
        assertThat(SocketName.family(a)).isEqualTo(SocketName.INET);
        assertThat(hex(name.set(SocketName.INET, a))).isEqualTo("0200" + "01bb" + "0a0102ff" + "0000000000000000");
        assertThat(name.address()).containsExactly(10, 1, 2, 255);
        assertThat(name.port()).isEqualTo(443);
    }

    @Test
    void ipv6IsSockaddrIn6WithItsScope() throws Exception {
        byte[] bytes = HexFormat.of().parseHex("fe80000000000000000000000000abcd");
        InetSocketAddress a = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 0x0203), 65535);
        assertThat(SocketName.family(a)).isEqualTo(SocketName.INET6);
        assertThat(hex(name.set(SocketName.INET6, a)))
                .isEqualTo("0a00" + "ffff" + "00000000" + "fe80000000000000000000000000abcd" + "03020000");
        assertThat(name.address()).isEqualTo(bytes);
        assertThat(name.port()).isEqualTo(65535);
    }

    @Test
    void ipv4ForAnIpv6SocketIsMappedAndComesBackWithFourBytes() throws Exception {
        InetSocketAddress a = new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 1);
        Arrays.fill(name.bytes, (byte) 0x55); // what the last one left
        assertThat(hex(name.set(SocketName.INET6, a)))
                .isEqualTo("0a00" + "0001" + "00000000" + "00000000000000000000ffffc0000207" + "00000000");
        assertThat(name.address()).containsExactly(192, 0, 2, 7);
    }

    @Test
    void anAbstractNameEndsWithItsLastByte() {
        assertThat(hex(name.set("\0ab"))).isEqualTo("0100" + "006162");
    }

    @Test
    void unixPathsAreBounded() {
        assertThat(hex(name.set("/a"))).isEqualTo("0100" + "2f61" + "00");
        assertThat(name.port()).isZero();
        assertThat(name.address()).containsExactly(0, 0, 0, 0);
        assertThat(name.set("x".repeat(107))).isEqualTo(110);
        assertThatThrownBy(() -> name.set("x".repeat(108))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1..107 bytes, this one 108");
    }
}
