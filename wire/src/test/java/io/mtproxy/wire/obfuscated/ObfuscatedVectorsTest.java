package io.mtproxy.wire.obfuscated;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import io.mtproxy.wire.rpc.ProxyRequest;
import io.mtproxy.wire.rpc.RpcMessages;
import io.mtproxy.wire.rpc.RpcType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What went through the C program: from the client's first byte to the frames that Telegram saw, and back. */
class ObfuscatedVectorsTest {
    static List<Vector> all() {
        return Vectors.startingWith("obfuscated2_");
    }

    static List<Vector> answered() {
        return all().stream().filter(v -> v.has("answer_data")).toList();
    }

    @ParameterizedTest
    @MethodSource("all")
    void acceptsTheHeader(Vector v) {
        Accepted accepted = accept(v);
        assertThat(accepted.transport().tag()).isEqualTo(v.number("tag"));
        assertThat(accepted.dc()).isEqualTo(v.number("dc"));
        assertThat(accepted.secretIndex()).isEqualTo(secrets(v).size() - 1);
        assertState(accepted.fromClient().save(), v.text("client_to_proxy_key"), v.text("client_to_proxy_iv"), 64);
        assertState(accepted.toClient().save(), v.text("proxy_to_client_key"), v.text("proxy_to_client_iv"), 0);
    }

    @ParameterizedTest
    @MethodSource("answered")
    void theHeaderIsTheStartOfTheStream(Vector v) {
        assertThat(v.number("ctr_offset_client_to_proxy_after_header")).isEqualTo(64);
        assertThat(v.number("ctr_offset_proxy_to_client_start")).isZero();
        byte[] wire = v.hex("header_on_wire");
        AesCtr stream = new AesCtr(v.hex("client_to_proxy_key"), v.hex("client_to_proxy_iv"));
        byte[] plain = apply(stream, wire);
        System.arraycopy(wire, 0, plain, 0, 56);
        assertThat(hex(plain)).isEqualTo(v.text("header_decrypted"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void forwardsThePackets(Vector v) {
        Accepted accepted = accept(v);
        byte[] first = apply(accepted.fromClient(), v.hex("packet1_cipher"));
        assertThat(hex(first)).isEqualTo(v.text("packet1_plain"));
        assertForwarded(v, accepted.transport(), first, false, v.hex("packet1_rpc_frame"), v.number("packet1_flags"));
        if (v.has("packet2_cipher")) {
            byte[] second = apply(accepted.fromClient(), v.hex("packet2_cipher"));
            assertThat(hex(second)).isEqualTo(v.text("packet2_quickack_plain"));
            assertForwarded(v, accepted.transport(), second, true, v.hex("packet2_rpc_frame"),
                    v.number("packet2_flags"));
        }
    }

    @ParameterizedTest
    @MethodSource("answered")
    void answersTheClient(Vector v) {
        Accepted accepted = accept(v);
        byte[] ack = v.hex("simple_ack_plain_to_client");
        assertThat(hex(apply(accepted.toClient(), ack))).isEqualTo(v.text("simple_ack_cipher"));
        byte[] confirm = v.hex("simple_ack_confirm_field_le");
        if (ack.length == 4) {
            byte[] encoded = new byte[6];
            assertThat(PacketHeader.encodeAck(accepted.transport(), Bytes.int32(confirm, 0), encoded, 1)).isEqualTo(4);
            assertThat(Arrays.copyOfRange(encoded, 1, 5)).isEqualTo(ack);
        } else {
            assertWrapped(accepted.transport(), ack, confirm);
        }

        byte[] sent = v.hex("answer_plain_to_client");
        assertThat(hex(framed(accepted.transport(), v.hex("answer_data"), sent))).isEqualTo(hex(sent));
        assertThat(hex(apply(accepted.toClient(), sent))).isEqualTo(v.text("answer_cipher"));
    }

    /** Data framed for the client; the random padding is taken from what was sent. */
    private static byte[] framed(Transport t, byte[] data, byte[] sent) {
        int padding = (sent.length - data.length) % 4;
        int body = t == Transport.PADDED ? data.length + padding : data.length;
        byte[] b = new byte[PacketHeader.MAX_PREFIX + body];
        System.arraycopy(data, 0, b, PacketHeader.MAX_PREFIX, data.length);
        System.arraycopy(sent, sent.length - (body - data.length), b, PacketHeader.MAX_PREFIX + data.length,
                body - data.length);
        int prefix = PacketHeader.encode(t, body, false, b, PacketHeader.MAX_PREFIX);
        return Arrays.copyOfRange(b, PacketHeader.MAX_PREFIX - prefix, b.length);
    }

    private static void assertWrapped(Transport t, byte[] ack, byte[] confirm) {
        PacketHeader header = new PacketHeader();
        assertThat(header.decode(t, ack, 0, ack.length)).isTrue();
        assertThat(Bytes.int32(ack, 4)).isEqualTo(-1);
        assertThat(Arrays.copyOfRange(ack, 8, 12)).isEqualTo(confirm);
        int second = 4 + header.bodyLength();
        assertThat(header.decode(t, ack, second, ack.length - second)).isTrue();
        assertThat(Bytes.int32(ack, second + 4)).isZero();
        assertThat(second + 4 + header.bodyLength()).isEqualTo(ack.length);
    }

    private static void assertForwarded(Vector v, Transport t, byte[] packet, boolean quickAck, byte[] frame,
            int flags) {
        PacketHeader header = new PacketHeader();
        assertThat(header.decode(t, packet, 0, packet.length)).isTrue();
        assertThat(header.quickAck()).isEqualTo(quickAck);
        assertThat(header.prefixLength() + header.bodyLength()).isEqualTo(packet.length);

        int seqno = Bytes.int32(frame, 4);
        FrameReader reader = new FrameReader(new FrameReader.State(seqno, ChecksumKind.CRC32), 4096);
        assertThat(reader.peek(frame, 0, frame.length)).isEqualTo(frame.length);
        reader.verify(frame, 0, frame.length);
        int end = frame.length - FrameWriter.TRAILER;
        ProxyRequest.Decoded request = ProxyRequest.decode(frame, 8, end - 8);
        assertThat(request.flags()).isEqualTo(flags);
        assertThat(RpcMessages.type(frame, 8)).isEqualTo(RpcType.PROXY_REQ);
        assertThat(request.tag()).isEqualTo(v.has("proxy_tag") ? v.hex("proxy_tag") : null);
        assertThat(request.clientAddress()).isEqualTo(ProxyRequest.mapped(new byte[] {127, 0, 0, 1}));
        assertThat(request.ourPort()).isEqualTo(Bytes.int32(frame, 8 + 52));
        assertThat(request.packetOffset() + request.packetLength()).isEqualTo(end);
        assertThat(request.packetLength()).isEqualTo(header.payloadLength());
        assertThat(hex(rebuilt(request, packet, header, seqno, flags))).isEqualTo(hex(frame));
    }

    /** The frame as the proxy makes it: the head once per client, then the flags and the payload of each packet. */
    private static byte[] rebuilt(ProxyRequest.Decoded r, byte[] packet, PacketHeader header, int seqno, int flags) {
        byte[] head = ProxyRequest.head(ProxyRequest.FLAG_TCP, r.connectionId(), r.clientAddress(), r.clientPort(),
                r.ourAddress(), r.ourPort(), r.tag());
        ProxyRequest.flags(head, flags);
        int length = head.length + header.payloadLength();
        byte[] frame = new byte[length + FrameWriter.OVERHEAD];
        System.arraycopy(head, 0, frame, FrameWriter.HEADER, head.length);
        System.arraycopy(packet, header.prefixLength(), frame, FrameWriter.HEADER + head.length,
                header.payloadLength());
        FrameWriter writer = new FrameWriter(new FrameWriter.State(seqno, ChecksumKind.CRC32));
        assertThat(writer.seal(frame, 0, length)).isEqualTo(frame.length);
        return frame;
    }

    private static Accepted accept(Vector v) {
        byte[] placed = new byte[80];
        System.arraycopy(v.hex("header_on_wire"), 0, placed, 9, 64);
        Accepted accepted = ObfuscatedHeader.accept(placed, 9, secrets(v));
        assertThat(accepted).isNotNull();
        return accepted;
    }

    /** The right one is the last of three; none when the vector has none. */
    private static List<byte[]> secrets(Vector v) {
        return v.text("secret").isEmpty() ? List.of() : List.of(new byte[16], new byte[] {7}, v.hex("secret"));
    }

    private static void assertState(AesCtr.State state, String key, String iv, long position) {
        assertThat(hex(state.key())).isEqualTo(key);
        assertThat(hex(state.iv())).isEqualTo(iv);
        assertThat(state.position()).isEqualTo(position);
    }

    private static byte[] apply(AesCtr stream, byte[] input) {
        byte[] out = new byte[input.length];
        stream.apply(input, 0, input.length, out, 0);
        return out;
    }
}
