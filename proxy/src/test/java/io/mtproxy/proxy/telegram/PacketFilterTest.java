package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.telegram.PacketFilter.Verdict;
import io.mtproxy.wire.crypto.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds were measured on the C program. */
class PacketFilterTest {
    private static final int OFF = 5;

    private static Verdict judge(long authKey, int length, int inner, int type) {
        byte[] b = new byte[OFF + Math.max(length, 24) + 3];
        Bytes.putInt64(b, OFF, authKey);
        if (authKey == 0) {
            Bytes.putInt32(b, OFF + 16, inner);
            Bytes.putInt32(b, OFF + 20, type);
        }
        return PacketFilter.judge(b, OFF, length);
    }

    @ParameterizedTest
    @CsvSource({"24,REFUSED_LENGTH", "28,REFUSED_LENGTH", "52,REFUSED_LENGTH", "55,REFUSED_LENGTH", "56,ENCRYPTED",
            "57,REFUSED_LENGTH", "60,ENCRYPTED", "68,ENCRYPTED", "1044480,ENCRYPTED"})
    void encrypted(int length, Verdict verdict) {
        assertThat(judge(1, length, 0, 0)).isEqualTo(verdict);
        assertThat(judge(1L << 63, length, 0, 0)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x60469778, 0xbe7e8ef1, 0xd712e4be, 0xf5045f1f})
    void stepsOfAKeyExchange(int type) {
        assertThat(judge(0, 40, 20, type)).isEqualTo(Verdict.KEY_EXCHANGE);
        assertThat(judge(0, 44, 20, type)).as("more bytes than the inner length says").isEqualTo(Verdict.KEY_EXCHANGE);
        assertThat(judge(0, 340, 320, type)).isEqualTo(Verdict.KEY_EXCHANGE);
        assertThat(judge(0, 40, 24, type)).as("inner length beyond the packet").isEqualTo(Verdict.REFUSED_LENGTH);
        assertThat(judge(0, 40, 16, type)).isEqualTo(Verdict.REFUSED_LENGTH);
        assertThat(judge(0, 36, 16, type)).isEqualTo(Verdict.REFUSED_LENGTH);
        assertThat(judge(0, 40, -1, type)).isEqualTo(Verdict.REFUSED_LENGTH);
        assertThat(judge(0, 40, Integer.MAX_VALUE - 20, type)).isEqualTo(Verdict.REFUSED_LENGTH);
        assertThat(judge(0, 40, Integer.MAX_VALUE, type)).as("C's sum wraps").isEqualTo(Verdict.KEY_EXCHANGE);
    }

    @Test
    void otherUnencryptedMessages() {
        assertThat(judge(0, 40, 20, 0x05162463)).isEqualTo(Verdict.REFUSED_UNENCRYPTED);
        assertThat(judge(0, 40, 20, 0)).isEqualTo(Verdict.REFUSED_UNENCRYPTED);
    }
}
