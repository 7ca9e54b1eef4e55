package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.app.MainAddress.Candidate;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainAddressTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "eth0 192.0.2.2/24 | 192.0.2.2",
            "lo 10.0.0.1/8 eth0 192.0.2.2/24 | 192.0.2.2",
            "lo 127.0.0.1/8 | none",
            "x 127.0.0.1/8 | none",
            "a 192.0.2.2/24 b 192.0.3.2/16 | 192.0.3.2",
            "a 192.0.2.2/24 b 192.0.3.2/24 | 192.0.2.2",
            "a 192.0.2.2/16 b 10.1.1.1/24 c 192.0.3.2/8 | 10.1.1.1",
            "a 10.1.1.1/24 b 10.2.1.1/16 c 10.3.1.1/28 | 10.2.1.1",
            "a 192.0.2.2/32 | none",
            "a 10.0.0.1/32 | 10.0.0.1"})
    void prefersTheWidestNetworkOfTen(String interfaces, String expected) throws Exception {
        String[] words = interfaces.split(" ");
        Candidate best = null;
        for (int i = 0; i < words.length; i += 2) {
            String[] parts = words[i + 1].split("/");
            best = MainAddress.better(best, new Candidate(words[i], (Inet4Address) InetAddress.getByName(parts[0]),
                    Integer.parseInt(parts[1])));
        }
        assertThat(best == null ? "none" : best.address().getHostAddress()).isEqualTo(expected);
    }
}
