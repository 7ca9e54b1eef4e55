package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DataCentresTest {
    private static final InetSocketAddress OTHER = new InetSocketAddress("127.0.0.1", 4430);

    private final DataCentres builtIn = DataCentres.builtIn();

    @Test
    void hasAllThatClientsAskFor() {
        assertThat(builtIn.ids()).containsExactly(-4, -2, 1, 2, 3, 4, 5, 203, 10_001, 10_002, 10_003);
        assertThat(builtIn.addresses().get(2)).first().hasToString("/149.154.167.51:443");
        assertThat(builtIn.addresses().values()).allSatisfy(addresses -> assertThat(addresses).hasSizeGreaterThan(1));
    }

    @Test
    void mediaIsServedByTheMainOneWhereItHasNoneOfItsOwn() {
        assertThat(builtIn.serving(-2)).isEqualTo(-2);
        assertThat(builtIn.serving(-1)).isEqualTo(1);
        assertThat(builtIn.serving(-203)).isEqualTo(203);
        assertThat(builtIn.serving(-10_002)).isEqualTo(10_002);
    }

    @Test
    void whoNamesNoneGetsTheSecond() {
        assertThat(builtIn.serving(0)).isEqualTo(2);
    }

    @Test
    void nobodyServesOthers() {
        assertThat(List.of(6, -6, 77, 10_004, Short.MIN_VALUE + 0, Short.MAX_VALUE + 0)).extracting(builtIn::serving)
                .containsOnly(0);
    }

    @Test
    void anOverrideReplacesAllAddressesOfItsIdAndMayAddOne() {
        DataCentres other = builtIn.with(Map.of(2, List.of(OTHER), 77, List.of(OTHER)));
        assertThat(other.addresses().get(2)).containsExactly(OTHER);
        assertThat(other.serving(77)).isEqualTo(77);
        assertThat(other.serving(-77)).isEqualTo(77);
        assertThat(other.addresses().get(1)).isEqualTo(builtIn.addresses().get(1));
    }

    @Test
    void anOverrideOfTheMainOneHoldsForItsMediaUnlessThatHasOneOfItsOwn() {
        DataCentres main = builtIn.with(Map.of(2, List.of(OTHER)));
        assertThat(main.serving(-2)).isEqualTo(2);
        assertThat(main.serving(-4)).isEqualTo(-4);

        InetSocketAddress media = new InetSocketAddress("127.0.0.1", 4431);
        DataCentres both = builtIn.with(Map.of(2, List.of(OTHER), -2, List.of(media)));
        assertThat(both.addresses().get(2)).containsExactly(OTHER);
        assertThat(both.addresses().get(-2)).containsExactly(media);

        DataCentres onlyMedia = builtIn.with(Map.of(-2, List.of(media)));
        assertThat(onlyMedia.addresses().get(2)).isEqualTo(builtIn.addresses().get(2));
        assertThat(onlyMedia.addresses().get(-2)).containsExactly(media);
    }
}
