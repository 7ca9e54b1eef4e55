package io.mtproxy.wire.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TunnelProperties {
    private static final Address TARGET = new Address(new byte[] {1, 2, 3, 4}, 443);

    /** A good answer in any pieces: opened at its last byte, never before, and the rest is the stream's. */
    @Property
    void everySplitIsTheSame(@ForAll boolean http, @ForAll boolean password, @ForAll @Size(max = 40) byte[] behind,
            @ForAll @Size(max = 30) byte[] name, @ForAll @IntRange(min = 1, max = 60) int piece) {
        byte[] answer = http ? httpAnswer(name) : socksAnswer(password, name);
        Dialogue before = dialogue(http).hear(Arrays.copyOf(answer, answer.length - 1), piece);
        assertThat(before.tunnel.open()).isFalse();
        byte[] all = Arrays.copyOf(answer, answer.length + behind.length);
        System.arraycopy(behind, 0, all, answer.length, behind.length);
        Dialogue d = dialogue(http).hear(all, piece);
        assertThat(d.tunnel.open()).isTrue();
        assertThat(d.stream.toByteArray()).isEqualTo(behind);
        assertThat(d.said.toByteArray()).isEqualTo(dialogue(http).hear(all, all.length).said.toByteArray());
    }

    /** Changed bytes: the same end in all pieces, and no other exception than the one. */
    @Property(tries = 2000)
    void whateverComesEndsTheSameInPieces(@ForAll boolean http, @ForAll boolean password, @ForAll long seed,
            @ForAll @Size(max = 30) byte[] name, @ForAll @IntRange(min = 1, max = 20) int piece) {
        byte[] answer = http ? httpAnswer(name) : socksAnswer(password, name);
        Random random = new Random(seed);
        for (int i = random.nextInt(3); i >= 0; i--) {
            answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
        }
        assertThat(end(http, answer, piece)).isEqualTo(end(http, answer, answer.length));
    }

    private static String end(boolean http, byte[] bytes, int piece) {
        Dialogue d = dialogue(http);
        try {
            d.hear(bytes, piece);
        } catch (ProtocolException e) {
            assertThat(e.kind()).isIn(Kind.HANDSHAKE, Kind.UNREACHED, Kind.MESSAGE);
            return e.getMessage();
        }
        return d.tunnel.open() + " " + d.tunnel.bound() + " " + Arrays.toString(d.stream.toByteArray()) + d.text();
    }

    private static Dialogue dialogue(boolean http) {
        return new Dialogue(TunnelUrl.parse(http ? "http://me:word@p:1" : "socks5://me:word@p:1").to(TARGET));
    }

    private static byte[] httpAnswer(byte[] name) {
        String field = new String(name, StandardCharsets.ISO_8859_1).replace('\n', ' ').replace('\r', ' ');
        return ("HTTP/1.1 200 OK\r\nX: " + field + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] socksAnswer(boolean password, byte[] name) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes(password ? new byte[] {5, 2, 1, 0} : new byte[] {5, 0});
        answer.writeBytes(new byte[] {5, 0, 0, 3, (byte) name.length});
        answer.writeBytes(name);
        answer.writeBytes(new byte[] {1, 2});
        return answer.toByteArray();
    }
}
