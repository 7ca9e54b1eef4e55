package io.mtproxy.wire.obfuscated;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Hostile;
import io.mtproxy.wire.ProtocolException.Kind;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class PacketHeaderProperties {
    private final PacketHeader header = new PacketHeader();

    @Property
    void readsWhatItWrote(@ForAll Transport t, @ForAll @IntRange(min = 4, max = PacketHeader.MAX_PACKET) int length,
            @ForAll boolean quickAck, @ForAll @IntRange(min = 4, max = 9) int bodyOff) {
        int body = t == Transport.PADDED ? length : length & ~3;
        byte[] b = new byte[bodyOff];
        int prefix = PacketHeader.encode(t, body, quickAck, b, bodyOff);
        for (int available = 0; available < prefix; available++) {
            assertThat(header.decode(t, b, bodyOff - prefix, available)).isFalse();
        }
        assertThat(header.decode(t, b, bodyOff - prefix, prefix)).isTrue();
        assertThat(header.prefixLength()).isEqualTo(prefix).isLessThanOrEqualTo(PacketHeader.MAX_PREFIX);
        assertThat(header.bodyLength()).isEqualTo(body);
        assertThat(header.payloadLength()).isEqualTo(body - body % 4);
        assertThat(header.quickAck()).isEqualTo(quickAck);
    }

    @Property
    void whateverComesTheLengthIsInItsBounds(@ForAll Transport t, @ForAll @Size(max = 6) byte[] noise) {
        Boolean complete = Hostile.parse(noise, Set.of(Kind.LENGTH, Kind.TOO_LONG),
                (b, off, len) -> header.decode(t, b, off, len));
        if (complete != null && complete) {
            assertThat(header.prefixLength()).isBetween(1, Math.min(4, noise.length));
            assertThat(header.bodyLength()).isBetween(4, PacketHeader.MAX_PACKET);
            assertThat(header.payloadLength()).isBetween(4, header.bodyLength());
            assertThat(header.payloadLength() % 4).isZero();
        }
    }
}
