package io.mtproxy.wire.rpc;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.crypto.DiffieHellman;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The start of a link as the C program had it: nonces in the clear, then the encrypted handshakes. */
class HandshakeVectorsTest {
    private static final int MAX = 4096;

    @ParameterizedTest
    @ValueSource(strings = {"rpc_nonce_v4", "rpc_nonce_v4_nat", "rpc_nonce_v6"})
    void aLinkWithoutDiffieHellman(String id) {
        Vector v = Vectors.named(id);
        byte[] nonceFrame = v.hex("client_nonce_frame");
        Nonce nonce = nonce(nonceFrame);
        assertThat(nonce).usingRecursiveComparison()
                .isEqualTo(new Nonce(Bytes.int32(v.hex("secret_file_hex"), 0), Nonce.SCHEMA_AES, v.number("client_ts"),
                        v.hex("nonce_client"), List.of(), null));
        assertThat(hex(framed(new FrameWriter(), nonce.encode(), 44))).isEqualTo(hex(nonceFrame));

        byte[] flush = decrypt(v, "client_write", v.hex("first_48_ciphertext_bytes_from_proxy"));
        assertThat(hex(flush)).isEqualTo(v.text("handshake_frame_plaintext") + "04000000");
        Handshake ours = handshake(flush);
        assertThat(ours.flags()).isEqualTo(Handshake.FLAG_CRC32C);
        assertThat(ours.peer().port()).isEqualTo(v.number("server_port"));
        assertThat(ours.peer().pid()).isZero();
        assertWritten(ours, flush, v, "client_write", "first_48_ciphertext_bytes_from_proxy");

        byte[] answer = decrypt(v, "client_read", v.hex("handshake_reply_ciphertext"));
        assertThat(hex(answer)).isEqualTo(v.text("handshake_reply_plaintext"));
        Handshake theirs = handshake(answer);
        assertThat(theirs.flags()).isZero();
        assertThat(theirs.peer()).isEqualTo(ours.sender());
        assertWritten(theirs, answer, v, "client_read", "handshake_reply_ciphertext");
    }

    @Test
    void aLinkWithDiffieHellman() {
        Vector v = Vectors.named("rpc_nonce_dh");
        Nonce ours = nonce(v.hex("client_nonce_frame"));
        Nonce theirs = nonce(v.hex("server_nonce_frame"));
        assertThat(ours.schema()).isEqualTo(theirs.schema()).isEqualTo(Nonce.SCHEMA_DH);
        assertThat(ours.time()).isEqualTo(v.number("client_ts"));
        assertThat(ours.extraKeys()).isEmpty();
        DiffieHellman dh = new DiffieHellman(v.hex("dh_a"));
        assertThat(ours.dhPublic()).isEqualTo(dh.publicValue());
        assertThat(hex(dh.shared(theirs.dhPublic()))).isEqualTo(v.text("g_ab_temp_key"));
        assertThat(hex(framed(new FrameWriter(), ours.encode(), 308))).isEqualTo(v.text("client_nonce_frame"));
        assertThat(hex(framed(new FrameWriter(), theirs.encode(), 308))).isEqualTo(v.text("server_nonce_frame"));

        Handshake client = handshake(v.hex("client_handshake_plain"));
        assertWritten(client, v.hex("client_handshake_plain"), v, "client_write", "client_handshake_cipher");
        byte[] answer = decrypt(v, "client_read", v.hex("server_handshake_cipher"));
        assertThat(hex(answer)).isEqualTo(v.text("server_handshake_plain"));
        assertThat(handshake(answer).flags()).isEqualTo(Handshake.FLAG_CRC32C);
        assertThat(handshake(answer).peer()).isEqualTo(client.sender());
    }

    @Test
    void pingAndPongBehindAHandshakeThatAgreedOnCrc32c() {
        Vector v = Vectors.named("rpc_nonce_dh");
        byte[] ping = v.hex("ping_frame_crc32c_plain");
        FrameReader reader = new FrameReader(new FrameReader.State(0, ChecksumKind.CRC32C), MAX);
        int length = reader.peek(ping, 0, ping.length);
        reader.verify(ping, 0, length);
        assertThat(RpcMessages.type(ping, FrameWriter.HEADER)).isEqualTo(RpcType.PING);
        assertThat(length).isEqualTo(FrameWriter.OVERHEAD + RpcMessages.SHORT_LENGTH);

        byte[] pong = new byte[32];
        int payload = RpcMessages.pong(pong, FrameWriter.HEADER, ping, FrameWriter.HEADER);
        int at = new FrameWriter(new FrameWriter.State(0, ChecksumKind.CRC32C)).seal(pong, 0, payload);
        assertThat(at + FrameWriter.fill(pong, at, at)).isEqualTo(32);
        assertThat(hex(pong)).isEqualTo(v.text("pong_frame_crc32c_plain"));
    }

    private static Nonce nonce(byte[] frame) {
        FrameReader reader = new FrameReader(MAX);
        assertThat(reader.peek(frame, 0, frame.length)).isEqualTo(frame.length);
        reader.verify(frame, 0, frame.length);
        return Nonce.decode(frame, FrameWriter.HEADER, frame.length - FrameWriter.OVERHEAD);
    }

    private static Handshake handshake(byte[] flush) {
        FrameReader reader = new FrameReader(new FrameReader.State(-1, ChecksumKind.CRC32), MAX);
        assertThat(reader.peek(flush, 0, flush.length)).isEqualTo(44);
        reader.verify(flush, 0, 44);
        assertThat(reader.peek(flush, 44, flush.length - 44)).as("filler").isEqualTo(4);
        return Handshake.decode(flush, FrameWriter.HEADER, Handshake.LENGTH);
    }

    /** The decoded handshake, encoded, framed, filled and encrypted again, is what was on the wire. */
    private static void assertWritten(Handshake handshake, byte[] flush, Vector v, String direction, String cipher) {
        byte[] written = framed(new FrameWriter(new FrameWriter.State(-1, ChecksumKind.CRC32)), handshake.encode(), 48);
        FrameWriter.fill(written, 44, 44);
        assertThat(hex(written)).isEqualTo(hex(flush));
        byte[] out = new byte[48];
        AesCbc.encryptor(v.hex(direction + "_key"), v.hex(direction + "_iv")).apply(written, 0, 48, out, 0);
        assertThat(hex(out)).isEqualTo(v.text(cipher));
    }

    private static byte[] framed(FrameWriter writer, byte[] payload, int room) {
        byte[] b = new byte[room];
        System.arraycopy(payload, 0, b, FrameWriter.HEADER, payload.length);
        assertThat(writer.seal(b, 0, payload.length)).isEqualTo(payload.length + FrameWriter.OVERHEAD);
        return b;
    }

    private static byte[] decrypt(Vector v, String direction, byte[] cipher) {
        byte[] plain = new byte[cipher.length];
        AesCbc.decryptor(v.hex(direction + "_key"), v.hex(direction + "_iv")).apply(cipher, 0, cipher.length, plain, 0);
        return plain;
    }
}
