package io.mtproxy.wire.rpc;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Hostile;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That heads are byte-equal to those of the C program is shown with the obfuscated2 vectors. */
class ProxyRequestTest {
    private static final byte[] CLIENT = ProxyRequest.mapped(new byte[] {10, 1, 2, 3});
    private static final byte[] OURS = bytes("20010db8000000000000000000000001");
    private static final byte[] TAG = bytes("00112233445566778899aabbccddeeff");
    private static final int FLAGS = ProxyRequest.FLAG_TCP | ProxyRequest.FLAG_OBFUSCATED
            | ProxyRequest.FLAG_ABRIDGED;

    @Test
    void aHeadWithoutTagHasNoExtraField() {
        assertThat(hex(head(null))).isEqualTo("eef1ce36" + "00100240" + "0807060504030201"
                + "00000000000000000000ffff0a010203" + "fe150000" + "20010db8000000000000000000000001" + "bb010000");
    }

    @Test
    void aHeadWithTagHas24ExtraBytes() {
        assertThat(hex(head(TAG))).hasSize(168).startsWith("eef1ce36" + "08100240")
                .endsWith("18000000" + "ae261edb" + "10" + hex(TAG) + "000000");
    }

    @Test
    void flagsArePerPacketButTheTagStays() {
        byte[] with = head(TAG);
        byte[] without = head(null);
        int perPacket = ProxyRequest.FLAG_QUICK_ACK | ProxyRequest.FLAG_UNENCRYPTED;
        ProxyRequest.flags(with, perPacket);
        ProxyRequest.flags(without, perPacket | ProxyRequest.FLAG_TAG);
        assertThat(Bytes.int32(with, 4)).isEqualTo(0x8000000a);
        assertThat(Bytes.int32(without, 4)).isEqualTo(0x80000002);
        ProxyRequest.flags(with, FLAGS);
        assertThat(with).isEqualTo(head(TAG));
    }

    @Test
    void aPrefixOfTheHeadIsRefusedAndMoreIsPacket() {
        for (byte[] tag : new byte[][] {null, TAG}) {
            byte[] head = head(tag);
            Hostile.refusesEveryPrefix(head, Kind.MESSAGE, ProxyRequest::decode);
            for (int len = head.length; len < head.length + 12; len++) {
                ProxyRequest.Decoded decoded = Hostile.parse(Arrays.copyOf(head, len), Kind.MESSAGE,
                        ProxyRequest::decode);
                assertThat(decoded.packetLength()).isEqualTo(len - head.length);
                assertThat(decoded.packetOffset()).isEqualTo(7 + head.length);
                assertThat(decoded.tag()).isEqualTo(tag);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -4, 0, 4, 20, 23, 25, 28, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void refusesAnExtraCountThatCannotBe(int count) {
        byte[] head = head(TAG);
        Bytes.putInt32(head, 56, count);
        assertRefused(head);
    }

    @Test
    void refusesAnotherTypeAndATagThatIsNone() {
        byte[] head = head(TAG);
        Bytes.putInt32(head, 60, RpcType.PROXY_ANS);
        assertRefused(head);
        byte[] shortTag = head(TAG);
        shortTag[64] = 15;
        assertRefused(shortTag);
        byte[] other = head(null);
        Bytes.putInt32(other, 0, RpcType.PROXY_ANS);
        assertRefused(other);
    }

    @Test
    void readsOverExtraBytesThatAreNoTag() {
        byte[] request = Arrays.copyOf(head(null), 80);
        Bytes.putInt32(request, 4, ProxyRequest.FLAG_HTTP_INFO);
        Bytes.putInt32(request, 56, 8);
        ProxyRequest.Decoded decoded = ProxyRequest.decode(request, 0, request.length);
        assertThat(decoded.tag()).isNull();
        assertThat(decoded.packetOffset()).isEqualTo(68);
        assertThat(decoded.packetLength()).isEqualTo(12);
    }

    @Test
    void mapsAddresses() {
        assertThat(hex(CLIENT)).isEqualTo("00000000000000000000ffff0a010203");
        assertThat(ProxyRequest.mapped(OURS)).isEqualTo(OURS).isNotSameAs(OURS);
        assertThatIllegalArgumentException().isThrownBy(() -> ProxyRequest.mapped(new byte[5]))
                .withMessageContaining("5");
    }

    @Test
    void refusesPartsOfTheWrongSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyRequest.head(FLAGS, 1, new byte[4], 1, OURS, 443, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyRequest.head(FLAGS, 1, CLIENT, 1, new byte[17], 443, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxyRequest.head(FLAGS, 1, CLIENT, 1, OURS, 443, new byte[15]));
    }

    private static void assertRefused(byte[] request) {
        assertThatThrownBy(() -> ProxyRequest.decode(request, 0, request.length)).isInstanceOfSatisfying(
                ProtocolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MESSAGE));
    }

    private static byte[] head(byte[] tag) {
        return ProxyRequest.head(FLAGS, 0x0102030405060708L, CLIENT, 5630, OURS, 443, tag);
    }
}
