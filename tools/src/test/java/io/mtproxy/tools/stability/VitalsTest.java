package io.mtproxy.tools.stability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VitalsTest {
    @Test
    void readsTheSystemsLines() throws IOException {
        List<String> status = List.of("Name:\tjava", "VmHWM:\t   99999 kB", "VmRSS:\t   12345 kB", "Threads:\t17");
        assertThat(Vitals.number(status, "VmRSS")).isEqualTo(12_345);
        assertThat(Vitals.number(status, "Threads")).isEqualTo(17);
        assertThatThrownBy(() -> Vitals.number(status, "FDSize")).isInstanceOf(IOException.class)
                .hasMessageContaining("FDSize");
    }

    @Test
    void sumsTheGenerationsOfTheHeap() throws IOException {
        String info = """
                11036:
                DefNew     total 116160K, used 47604K [0x0000000687400000, 0x000000068f200000, 0x0000000704d50000)
                 eden space 103296K,  46% used [0x0000000687400000, 0x000000068a27d3a8, 0x000000068d8e0000)
                Tenured    total 258048K, used 1166K [0x0000000704d50000, 0x0000000714950000, 0x0000000800000000)
                 the  space 258048K,   0% used [0x0000000704d50000, 0x0000000704e73ab8, 0x0000000714950000)
                 Metaspace       used 6000K, committed 6200K, reserved 1114112K
                """;
        assertThat(Vitals.usedHeap(info)).isEqualTo((47_604 + 1166) * 1024L);
        assertThatThrownBy(() -> Vitals.usedHeap("Attach is not supported")).isInstanceOf(IOException.class);
    }
}
