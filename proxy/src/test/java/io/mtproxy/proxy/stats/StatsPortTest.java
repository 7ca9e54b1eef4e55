package io.mtproxy.proxy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatsPortTest {
    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "127.255.0.9,true", "::1,true", "10.0.0.1,false", "128.0.0.1,false", "::2,false",
            "fe80::1,false", "0.0.0.1,false", "::,false"})
    void onlyThisMachineMaySeeStatistics(String address, boolean local) throws UnknownHostException {
        assertThat(StatsPort.isLocal(InetAddress.getByName(address).getAddress())).isEqualTo(local);
    }
}
