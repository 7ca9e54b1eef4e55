package io.mtproxy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PacketReaderTest {

    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

    @ParameterizedTest
    @EnumSource(Transport.class)
    void packetsAndAcknowledgementsInAnySegmentation(Transport transport) throws IOException {
        for (int length : new int[] {4, 56, 504, 508, 512, 40_000, 56}) {
            packet(transport, length);
            ack(transport, 0x80000000 | length);
        }
        List<String> expected = List.of("packet 4", "ack 80000004", "packet 56", "ack 80000038", "packet 504",
                "ack 800001f8", "packet 508", "ack 800001fc", "packet 512", "ack 80000200", "packet 40000",
                "ack 80009c40", "packet 56", "ack 80000038");

        assertThat(read(transport, 1)).isEqualTo(expected);
        assertThat(read(transport, 7)).isEqualTo(expected);
        assertThat(read(transport, Integer.MAX_VALUE)).isEqualTo(expected);
    }

    /** wire-protocol 1.3: half of C's acknowledgements to padded clients come in two packets. */
    @Test
    void wrappedAcknowledgements() throws IOException {
        padded(words(0xffffffff, 0x8badf00d), 2);
        padded(words(0), 0);
        padded(words(0xffffffff, 0x8badf00e, 17), 3);
        padded(words(0, 18), 1);
        padded(words(-404), 1);

        assertThat(read(Transport.PADDED, 3)).containsExactly("ack 8badf00d", "ack 8badf00e", "packet 4");
    }

    private void packet(Transport transport, int length) {
        byte[] b = new byte[PacketHeader.MAX_PREFIX + length + 3];
        Arrays.fill(b, (byte) 0x11);
        int padding = PacketHeader.padding(transport, new SplittableRandom(length));
        int prefix = PacketHeader.encode(transport, length + padding, false, b, PacketHeader.MAX_PREFIX);
        stream.write(b, PacketHeader.MAX_PREFIX - prefix, prefix + length + padding);
    }

    private void ack(Transport transport, int confirm) {
        byte[] b = new byte[4];
        stream.write(b, 0, PacketHeader.encodeAck(transport, confirm, b, 0));
    }

    private void padded(byte[] body, int padding) {
        byte[] b = new byte[4 + body.length + padding];
        System.arraycopy(body, 0, b, 4, body.length);
        PacketHeader.encode(Transport.PADDED, body.length + padding, false, b, 4);
        stream.writeBytes(b);
    }

    private static byte[] words(int... words) {
        byte[] b = new byte[4 * words.length];
        for (int i = 0; i < words.length; i++) {
            Bytes.putInt32(b, 4 * i, words[i]);
        }
        return b;
    }

    private List<String> read(Transport transport, int atOnce) throws IOException {
        byte[] plain = stream.toByteArray();
        byte[] encrypted = new byte[plain.length];
        cipher().apply(plain, 0, plain.length, encrypted, 0);
        PacketReader reader = new PacketReader(transport, cipher());
        InputStream in = new ByteArrayInputStream(encrypted) {
            @Override
            public int read(byte[] b, int off, int length) {
                return super.read(b, off, Math.min(length, atOnce));
            }
        };
        List<String> found = new ArrayList<>();
        while (reader.fill(in)) {
            for (Incoming incoming = reader.next(); incoming != null; incoming = reader.next()) {
                found.add(switch (incoming) {
                    case Incoming.Packet packet -> "packet " + packet.length();
                    case Incoming.Ack ack -> "ack " + Integer.toHexString(ack.confirm());
                });
            }
        }
        return found;
    }

    private static AesCtr cipher() {
        return new AesCtr(new byte[32], new byte[16]);
    }
}
