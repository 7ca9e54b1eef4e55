package io.mtproxy.wire.rpc;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Hostile;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final Handshake SAMPLE = new Handshake(Handshake.FLAG_CRC32C,
            new ProcessId(0xc0000202, 0xffff, 0x1a77, 0x6b010070), new ProcessId(0x7f000009, 19001, 0, 0));

    @Test
    void hasItsBytes() {
        assertThat(hex(SAMPLE.encode())).isEqualTo("f5ee827600080000" + "020200c0" + "ffff" + "771a" + "7000016b"
                + "0900007f" + "394a" + "0000" + "00000000");
    }

    @Test
    void refusesAnyOtherLength() {
        byte[] payload = SAMPLE.encode();
        Hostile.refusesEveryPrefix(payload, Kind.HANDSHAKE, Handshake::decode);
        assertThat(Hostile.parse(payload, Kind.HANDSHAKE, Handshake::decode)).isEqualTo(SAMPLE);
        assertThat(Hostile.parse(Arrays.copyOf(payload, 36), Kind.HANDSHAKE, Handshake::decode)).isNull();
    }

    @Test
    void refusesAnotherMessage() {
        byte[] payload = SAMPLE.encode();
        Bytes.putInt32(payload, 0, RpcType.HANDSHAKE_ERROR);
        assertThatThrownBy(() -> Handshake.decode(payload, 0, payload.length)).isInstanceOf(ProtocolException.class)
                .hasMessageContaining("6a27beda").hasMessageContaining("7682eef5");
    }

    @Test
    void aProcessIdKeepsWhatTravels() {
        ProcessId id = new ProcessId(1, 0xffff, 0x12345, 4);
        assertThat(id.port()).isEqualTo(-1);
        assertThat(id.pid()).isEqualTo(0x2345);
        assertThat(id).isEqualTo(new ProcessId(1, -1, 0x2345, 4));
        assertThat(new ProcessId(1, 2, 0xffff, 4).pid()).isEqualTo(0xffff);
    }
}
