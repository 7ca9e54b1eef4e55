package io.mtproxy.wire.tunnel;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.tunnel.TunnelUrl.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TunnelUrlTest {
    @ParameterizedTest
    @CsvSource({"socks5://proxy:1080,SOCKS5,proxy,1080,1,socks5://proxy:1080",
            "HTTP://1.2.3.4:3128?weight=5,HTTP,1.2.3.4,3128,5,http://1.2.3.4:3128",
            "socks5://me:word@[2001:db8::1]:1?weight=1000,SOCKS5,2001:db8::1,1,1000,socks5://[2001:db8::1]:1",
            "socks5://me:w@rd/?#@a-b_c.example.:65535,SOCKS5,a-b_c.example.,65535,1,socks5://a-b_c.example.:65535"})
    void readsUrls(String text, Scheme scheme, String host, int port, int weight, String shown) {
        TunnelUrl url = TunnelUrl.parse(text);
        assertThat(url.scheme()).isEqualTo(scheme);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.weight()).isEqualTo(weight);
        assertThat(url).hasToString(shown);
    }

    @Test
    void decodesUserAndPassword() {
        Dialogue d = new Dialogue(
                TunnelUrl.parse("socks5://m%3ae%C3%A9\u00e9:%00:%25%40@p:1").to(new Address(new byte[4], 1)));
        d.hear(bytes("0502"));
        assertThat(hex(d.said.toByteArray()))
                .isEqualTo("05020002" + "01" + "07" + "6d3a65c3a9c3a9" + "04" + "003a2540");
        Dialogue noPassword = new Dialogue(TunnelUrl.parse("socks5://me@p:1").to(new Address(new byte[4], 1)));
        noPassword.hear(bytes("0502"));
        assertThat(hex(noPassword.said.toByteArray())).endsWith("01" + "026d65" + "00");
    }

    @ParameterizedTest
    @CsvSource({"proxy:1080,no URL", "ftp://proxy:1,'scheme ''ftp'''", "socks5://proxy,'''proxy'' has no port'",
            "socks5://me:w@proxy:0,'port ''0'' (expected: 1..65535)'", "socks5://me:w@proxy:70000,'port ''70000'''",
            "socks5://proxy:x,'behind ''proxy:'''", "socks5://:1,'host '''''", "socks5://[::1:1,'host ''[::1'''",
            "socks5://[1.2.3.4]:1,'host ''[1.2.3.4]'''", "socks5://::1:1,'host ''::1'''",
            "socks5://a%41:1,'host ''a%41'''",
            "socks5://a:1/x,behind 'a:'", "socks5://a:1?weight=0,'''?weight=0'' (expected: ?weight=1...1000)'",
            "socks5://a:1?weight=1001,weight=1001", "socks5://a:1?w=1,?w=1", "socks5://a:1?weight=1&b,weight=1&b",
            "socks5://@a:1,user ''", "socks5://%zz@a:1,% in the user", "http://a%3ab:c@a:1,user with a colon"})
    void tellsWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> TunnelUrl.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message).hasMessageContaining("expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"me:12345@proxy:1", "ftp://me:12345@proxy:1", "socks5://me:12345@",
            "socks5://me:12345@proxy",
            "socks5://me:12345@proxy:x", "socks5://me:12345%@proxy:1", "socks5://me:12345%zz@proxy:1",
            "socks5://:12345@proxy:1",
            "socks5://me:12345@proxy:1?x", "http://m%3a:12345@proxy:1", "socks5://me:12345/@a:b@proxy:99999"})
    void thePasswordStandsInNoMessage(String text) {
        assertThat(text(text)).doesNotContain("12345");
    }

    private static String text(String url) {
        try {
            return TunnelUrl.parse(url).toString();
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void userAndPasswordHaveABound() {
        assertThatThrownBy(() -> TunnelUrl.parse("socks5://" + "u".repeat(256) + "@p:1"))
                .hasMessage("user of 256 bytes (expected: at most 255)");
        assertThatThrownBy(() -> TunnelUrl.parse("socks5://u:" + "%41".repeat(256) + "@p:1"))
                .hasMessage("password of 256 bytes (expected: at most 255)");
        assertThat(new Credentials(new byte[0], new byte[] {'p'})).hasToString("Credentials");
    }
}
