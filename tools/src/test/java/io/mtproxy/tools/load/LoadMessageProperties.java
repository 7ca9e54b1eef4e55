package io.mtproxy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Bytes;
import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class LoadMessageProperties {

    @Property
    void whatIsWrittenIsRead(@ForAll LoadKind kind, @ForAll long sequence, @ForAll long total, @ForAll long seed,
            @ForAll int chunk, @ForAll int window, @ForAll @IntRange(max = 2000) int dataLength,
            @ForAll @IntRange(max = 9) int off) {
        LoadMessage message = new LoadMessage(kind, sequence, total, seed, chunk, window, dataLength);
        byte[] b = new byte[off + message.packetLength() + 5];
        Arrays.fill(b, (byte) 0x55);

        int length = message.write(b, off);

        assertThat(LoadMessage.read(b, off, length)).isEqualTo(message);
        assertThat(b[off + length]).isEqualTo((byte) 0x55);
    }

    @Property
    void aProxyForwardsEveryPacket(@ForAll @IntRange(max = 2000) int dataLength) {
        byte[] packet = LoadMessage.data(LoadKind.ECHO, 7, dataLength).packet(new byte[dataLength]);

        assertThat(packet.length).isGreaterThanOrEqualTo(56);
        assertThat(packet.length % 4).isZero();
        assertThat(Bytes.int64(packet, 0)).isNotZero();
    }

    @Property
    void anotherLengthIsRefused(@ForAll @IntRange(min = -8, max = 8) int difference) {
        byte[] packet = Arrays.copyOf(LoadMessage.data(LoadKind.ECHO, 7, 100).packet(new byte[100]), 200);
        int length = 148 + 4 * difference;
        if (difference == 0) {
            assertThat(LoadMessage.read(packet, 0, length).dataLength()).isEqualTo(100);
        } else {
            assertThatThrownBy(() -> LoadMessage.read(packet, 0, length)).isInstanceOf(ProtocolException.class);
        }
    }

    @Example
    void theLargestPacketIsOneThatProxiesTake() {
        LoadMessage largest = LoadMessage.data(LoadKind.ECHO, 0, LoadMessage.MAX_DATA);

        assertThat(largest.packetLength() + 3).isLessThan(1_044_480);
    }

    @Example
    void foreignPacketsAndUnknownKindsAreRefused() {
        byte[] packet = LoadMessage.data(LoadKind.ECHO, 7, 8).packet(new byte[8]);
        byte[] foreign = packet.clone();
        foreign[0]++;
        byte[] unknown = packet.clone();
        Bytes.putInt32(unknown, 8, LoadKind.values().length + 1);

        assertThat(LoadMessage.recognised(packet, 0, packet.length)).isTrue();
        assertThat(LoadMessage.recognised(foreign, 0, foreign.length)).isFalse();
        assertThatThrownBy(() -> LoadMessage.read(unknown, 0, unknown.length)).hasMessageContaining("of kind 11");
    }
}
