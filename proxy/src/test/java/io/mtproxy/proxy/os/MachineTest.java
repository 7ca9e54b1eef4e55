package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class MachineTest {
    private static Machine of(String system, String architecture) {
        return Machine.of(system, architecture, ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void onlyAmd64PacksEpollEvents() {
        assertThat(of("Linux", "amd64")).isEqualTo(Machine.AMD64);
        assertThat(of("Linux", "aarch64")).isEqualTo(Machine.AARCH64);
        assertThat(Machine.AMD64.eventSize).isEqualTo(12);
        assertThat(Machine.AMD64.eventDataOffset).isEqualTo(4);
        assertThat(Machine.AARCH64.eventSize).isEqualTo(16);
        assertThat(Machine.AARCH64.eventDataOffset).isEqualTo(8);
    }

    @Test
    void elsewhereThereIsNone() {
        assertThat(of("Mac OS X", "aarch64")).isNull();
        assertThat(of("Windows 11", "amd64")).isNull();
        assertThat(of("Linux", "i386")).isNull();
        assertThat(of("Linux", "riscv64")).isNull();
        assertThat(Machine.of("Linux", "aarch64", ByteOrder.BIG_ENDIAN)).isNull();
    }
}
