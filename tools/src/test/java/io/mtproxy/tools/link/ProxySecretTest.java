package io.mtproxy.tools.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxySecretTest {

    private static final String PLAIN = "00112233445566778899aabbccddeeff";

    @Test
    void bothForms() {
        ProxySecret plain = ProxySecret.parse(PLAIN.toUpperCase(java.util.Locale.ROOT));
        ProxySecret padded = ProxySecret.parse("dd" + PLAIN);

        assertThat(plain.paddedOnly()).isFalse();
        assertThat(padded.paddedOnly()).isTrue();
        assertThat(padded.key()).isEqualTo(plain.key()).hasSize(16);
        assertThat(plain.plain()).isEqualTo(PLAIN);
        assertThat(plain.padded()).isEqualTo("dd" + PLAIN);
    }

    @Test
    void withASite() {
        ProxySecret hidden = ProxySecret.parse("ee" + PLAIN + "612e74657374");

        assertThat(hidden.domain()).contains("a.test");
        assertThat(hidden.paddedOnly()).isTrue();
        assertThat(hidden.plain()).isEqualTo(PLAIN);
        assertThat(hidden.forClients()).isEqualTo("ee" + PLAIN + "612e74657374");
        assertThat(ProxySecret.parse(PLAIN).hidden("a.test")).isEqualTo(hidden).isNotEqualTo(ProxySecret.parse(PLAIN));
        assertThat(ProxySecret.parse("7gARIjNEVWZ3iJmqu8zd7v9hLnRlc3Q")).isEqualTo(hidden);
        assertThat(ProxySecret.parse("3QARIjNEVWZ3iJmqu8zd7v8").forClients()).isEqualTo("dd" + PLAIN);
        assertThat(ProxySecret.parse(PLAIN).hidden("b\u00fccher.test").forClients())
                .endsWith("62c3bc636865722e74657374");
        assertThat(hidden.toString()).doesNotContain("0011");
    }

    @Test
    void aPlainSecretMayBeginWithDd() {
        assertThat(ProxySecret.parse("dd112233445566778899aabbccddeeff").paddedOnly()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0011", PLAIN + "0", "ee" + PLAIN, "00112233445566778899aabbccddeefg",
            "ff" + PLAIN + "61", "ee" + PLAIN + "6", "ABEiM0RVZneImaq7zN3u_w=="})
    void othersAreRefusedWithoutRepeatingThem(String text) {
        assertThatThrownBy(() -> ProxySecret.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: 32 hex digits").hasMessageNotContaining("00112233");
    }

    @Test
    void isNotShownByAccident() {
        assertThat(ProxySecret.parse(PLAIN).toString()).doesNotContain("0011");
        assertThat(new ProxyLink("host", 443, PLAIN).toString()).doesNotContain("0011");
    }

    @Test
    void generatedOnesDiffer() {
        SecureRandom random = new SecureRandom();

        assertThat(ProxySecret.generate(random)).isNotEqualTo(ProxySecret.generate(random));
    }

    @Test
    void links() {
        ProxyLink link = new ProxyLink("2001:db8::1", 8443, "dd" + PLAIN);

        assertThat(link.tg()).isEqualTo("tg://proxy?server=2001%3Adb8%3A%3A1&port=8443&secret=dd" + PLAIN);
        assertThat(link.https()).isEqualTo("https://t.me/proxy?server=2001%3Adb8%3A%3A1&port=8443&secret=dd" + PLAIN);
    }
}
