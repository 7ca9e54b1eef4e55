package io.mtproxy.wire.faketls;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.crypto.Digests;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A server's first flight, taken apart by other code than that which makes it: exactly three records, as RFC 8446 has them,
 * nothing before, between or behind.
 */
record ParsedAnswer(byte[] random, byte[] sessionId, int suite, Map<Integer, byte[]> extensions, int group,
        byte[] share,
        byte[] flight, byte[] zeroed) {
    static ParsedAnswer of(byte[] answer) {
        ByteBuffer in = ByteBuffer.wrap(answer);
        ByteBuffer hello = record(in, 0x16);
        assertThat(hex(record(in, 0x14))).isEqualTo("01");
        byte[] flight = bytes(record(in, 0x17));
        assertThat(in.remaining()).as("bytes behind").isZero();

        assertThat(hello.getInt()).isEqualTo(0x02000000 | hello.remaining());
        assertThat(hello.getShort()).isEqualTo((short) 0x0303);
        byte[] random = bytes(take(hello, 32));
        byte[] sessionId = bytes(take(hello, hello.get()));
        int suite = hello.getShort();
        assertThat(hello.get()).as("compression").isZero();
        assertThat((int) hello.getShort()).isEqualTo(hello.remaining());
        Map<Integer, byte[]> extensions = new LinkedHashMap<>();
        while (hello.hasRemaining()) {
            int type = hello.getShort() & 0xffff;
            assertThat(extensions.put(type, bytes(take(hello, hello.getShort())))).as("twice").isNull();
        }
        assertThat(Vectors.hex(extensions.get(43))).isEqualTo("0304");
        ByteBuffer share = ByteBuffer.wrap(extensions.get(51));
        int group = share.getShort();
        assertThat((int) share.getShort()).isEqualTo(share.remaining());
        byte[] zeroed = answer.clone();
        System.arraycopy(new byte[32], 0, zeroed, 11, 32);
        return new ParsedAnswer(random, sessionId, suite, extensions, group, bytes(share), flight, zeroed);
    }

    /** The answer belongs to this hello and secret. */
    void isBoundTo(byte[] hello, byte[] secret) {
        byte[] clientRandom = bytes(take(ByteBuffer.wrap(hello).position(11), 32));
        assertThat(Vectors.hex(random)).isEqualTo(Vectors.hex(Digests.hmacSha256(secret, clientRandom, zeroed)));
    }

    private static ByteBuffer record(ByteBuffer in, int type) {
        assertThat(in.get()).isEqualTo((byte) type);
        assertThat(in.getShort()).isEqualTo((short) 0x0303);
        return take(in, in.getShort() & 0xffff);
    }

    private static ByteBuffer take(ByteBuffer in, int length) {
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }

    private static String hex(ByteBuffer in) {
        return Vectors.hex(bytes(in));
    }
}
