package io.mtproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpNetworkTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.0/8,10.255.0.1,true", "10.0.0.0/8,11.0.0.1,false", "0.0.0.0/0,1.2.3.4,true",
            "0.0.0.0/0,::1,false",
            "192.0.2.1,192.0.2.1,true", "192.0.2.1,192.0.2.2,false", "10.0.0.64/26,10.0.0.127,true",
            "10.0.0.64/26,10.0.0.128,false",
            "2001:db8::/33,2001:db8:7fff::1,true", "2001:db8::/33,2001:db8:8000::1,false", "::1,::1,true",
            "::/0,1.2.3.4,false"})
    void knowsWhoBelongsToIt(String network, String address, boolean contained) {
        byte[] ip = Objects.requireNonNull(IpText.parse(address));
        assertThat(IpNetwork.list(network).getFirst().contains(ip)).isEqualTo(contained);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1/8,'network ''10.0.0.1/8'' (expected: 10.0.0.0/8'", "10.0.0.0/33,'''10.0.0.0/33'''",
            "10.0.0/8,'''10.0.0/8'''",
            "10.0.0.0/,'''10.0.0.0/'''", "'10.0.0.0/8,','network '''''", "::/129,'''::/129'''", "::/-1,'''::/-1'''"})
    void tellsWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> IpNetwork.list(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message).hasMessageContaining("expected");
    }

    @Test
    void aListHasManyOfBothFamilies() {
        assertThat(IpNetwork.list("10.0.0.0/8,::1")).hasToString("[10.0.0.0/8, 0:0:0:0:0:0:0:1/128]")
                .isEqualTo(IpNetwork.list("10.0.0.0/8,::1")).isNotEqualTo(IpNetwork.list("10.0.0.0/9,::1"));
    }

    @Property
    void theBeginningDecides(@ForAll @Size(16) byte[] ip, @ForAll @IntRange(max = 128) int bits,
            @ForAll @IntRange(max = 127) int changed) {
        byte[] network = ip.clone();
        for (int i = bits; i < 128; i++) {
            network[i / 8] = (byte) (network[i / 8] & ~(0x80 >> (i % 8)));
        }
        byte[] other = ip.clone();
        other[changed / 8] = (byte) (other[changed / 8] ^ (0x80 >> (changed % 8)));
        IpNetwork parsed = IpNetwork.list(IpText.format(network) + "/" + bits).getFirst();
        assertThat(parsed.contains(ip)).isTrue();
        assertThat(parsed.contains(other)).isEqualTo(changed >= bits);
    }
}
