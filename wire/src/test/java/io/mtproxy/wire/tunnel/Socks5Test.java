package io.mtproxy.wire.tunnel;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Socks5Test {
    private static final Address TARGET = new Address(new byte[] {1, 2, 3, 4}, 443);
    private static final Address WIDE = new Address(bytes("20010db8000000000000000000000001"), 8888);
    private static final String OPEN = "05000001" + "05060708" + "1f90";

    @Test
    void connectsWithoutCredentials() {
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://proxy:1080").to(TARGET));
        assertThat(hex(d.said.toByteArray())).isEqualTo("050100");
        d.hear(bytes("0500"));
        assertThat(hex(d.said.toByteArray())).isEqualTo("050100" + "05010001" + "01020304" + "01bb");
        d.hear(bytes(OPEN + "a1a2"));
        assertThat(d.tunnel.open()).isTrue();
        assertThat(hex(d.stream.toByteArray())).isEqualTo("a1a2");
        assertThat(d.tunnel.bound()).isEqualTo(new Address(new byte[] {5, 6, 7, 8}, 8080));
    }

    @Test
    void identifiesItselfWhenItIsAsked() {
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://me:word@proxy:1080").to(WIDE));
        d.hear(bytes("0502"));
        d.hear(bytes("0100"));
        d.hear(bytes(OPEN));
        assertThat(hex(d.said.toByteArray())).isEqualTo("05020002" + "01026d6504776f7264"
                + "05010004" + "20010db8000000000000000000000001" + "22b8");
        assertThat(d.tunnel.open()).isTrue();
    }

    @Test
    void doesNotIdentifyItselfWhenNobodyAsks() {
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://me:word@proxy:1080").to(TARGET));
        d.hear(bytes("0500" + OPEN));
        assertThat(d.text()).doesNotContain("word");
        assertThat(d.tunnel.open()).isTrue();
    }

    @Test
    void theLongestCredentialsFitAMessage() {
        String long255 = "x".repeat(255);
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://" + long255 + ":" + long255 + "@proxy:1080").to(TARGET));
        d.hear(bytes("0502"));
        assertThat(d.said.size()).isEqualTo(4 + 513);
    }

    @ParameterizedTest
    @CsvSource({"0500000105060708" + "0000", "05000004" + "00000000000000000000000000000000" + "0000",
            "0500000303616263" + "1f90", "0500000300" + "1f90"})
    void anEndThatNamesNobodyIsNone(String reply) {
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://proxy:1080").to(TARGET));
        d.hear(bytes("0500" + reply + "ff"));
        assertThat(d.tunnel.open()).isTrue();
        assertThat(d.tunnel.bound()).isNull();
        assertThat(hex(d.stream.toByteArray())).isEqualTo("ff");
    }

    @Test
    void anEndMayBeAPortAlone() {
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://proxy:1080").to(TARGET));
        d.hear(bytes("0500" + "05000001" + "00000000" + "1f90"));
        assertThat(d.tunnel.bound()).isEqualTo(new Address(new byte[4], 8080));
    }

    @Test
    void anEndMayBeOneOfIpv6() {
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://proxy:1080").to(TARGET));
        d.hear(bytes("0500" + "05000004" + "20010db8000000000000000000000001" + "22b8"));
        assertThat(d.tunnel.bound()).isEqualTo(WIDE);
    }

    @ParameterizedTest
    @CsvSource({"05ff,HANDSHAKE,takes neither", "0501,MESSAGE,method 1", "0400,MESSAGE,version 4",
            "05020101,HANDSHAKE,status 1",
            "05020500,MESSAGE,version 5", "05000501,HANDSHAKE,reply 1: general failure",
            "05000502,HANDSHAKE,reply 2", "05000503,UNREACHED,reply 3", "05000505,UNREACHED,connection refused",
            "05000506,UNREACHED,reply 6", "05000507,HANDSHAKE,reply 7", "05000508,UNREACHED,reply 8",
            "05000599,HANDSHAKE,reply 153: unassigned", "05000400,MESSAGE,version 4",
            "05000500000200,MESSAGE,address type 2"})
    void tellsWhyItIsRefused(String heard, Kind kind, String message) {
        Dialogue d = new Dialogue(TunnelUrl.parse("socks5://me:w0rd@proxy:1080").to(TARGET));
        assertThatThrownBy(() -> d.hear(bytes(heard))).isInstanceOfSatisfying(ProtocolException.class,
                e -> assertThat(e.kind()).isEqualTo(kind)).hasMessageContaining(message)
                .hasMessageNotContaining("w0rd");
    }

    @Test
    void aPasswordIsNotOfferedToWhomWeHaveNone() {
        assertThatThrownBy(() -> new Dialogue(TunnelUrl.parse("socks5://p:1").to(TARGET)).hear(bytes("0502")))
                .hasMessage("SOCKS5 method 2 (expected: 0)");
        assertThatThrownBy(() -> new Dialogue(TunnelUrl.parse("socks5://p:1").to(TARGET)).hear(bytes("05ff")))
                .hasMessageContaining("wants a user and a password");
    }

    @Test
    void nothingIsTakenWhileAnAnswerIsDueOrItIsOpen() {
        Tunnel tunnel = TunnelUrl.parse("socks5://proxy:1080").to(TARGET);
        byte[] all = bytes("0500" + OPEN + "ff");
        assertThat(tunnel.feed(all, 0, all.length)).isEqualTo(2);
        assertThat(tunnel.feed(all, 2, all.length - 2)).isZero();
        byte[] out = new byte[Tunnel.MAX_MESSAGE];
        assertThat(tunnel.answer(out, 0)).isEqualTo(10);
        assertThat(tunnel.answer(out, 0)).isZero();
        assertThat(tunnel.feed(all, 2, all.length - 2)).isEqualTo(10);
        assertThat(tunnel.feed(all, 12, 1)).isZero();
    }
}
