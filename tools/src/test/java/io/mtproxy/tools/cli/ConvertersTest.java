package io.mtproxy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ConvertersTest {

    @Test
    void addresses() {
        assertThat(Converters.address("127.0.0.1:443")).isEqualTo(new InetSocketAddress("127.0.0.1", 443));
        assertThat(Converters.address("[::1]:0")).isEqualTo(new InetSocketAddress("::1", 0));
    }

    @Test
    void bytes() {
        Converters.Bytes bytes = new Converters.Bytes();

        assertThat(bytes.convert("0")).isZero();
        assertThat(bytes.convert("4096")).isEqualTo(4096);
        assertThat(bytes.convert("64K")).isEqualTo(65_536);
        assertThat(bytes.convert("3m")).isEqualTo(3 << 20);
        assertThat(bytes.convert("2G")).isEqualTo(2L << 30);
    }

    @Test
    void ranges() {
        Converters.Range.Converter range = new Converters.Range.Converter();

        assertThat(range.convert("256")).isEqualTo(new Converters.Range(256, 256));
        assertThat(range.convert("16-4096")).isEqualTo(new Converters.Range(16, 4096));
    }
}
