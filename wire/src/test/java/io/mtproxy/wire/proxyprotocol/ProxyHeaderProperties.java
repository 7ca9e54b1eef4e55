package io.mtproxy.wire.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ProxyHeaderProperties {
    /** Whatever is written is read, split at every byte, and the client's bytes stay the client's. */
    @Property
    void readsWhatIsWritten(@ForAll @IntRange(min = 1, max = 2) int version, @ForAll boolean wide,
            @ForAll boolean wideDestination, @ForAll @Size(32) byte[] ips, @ForAll @IntRange(max = 65535) int port,
            @ForAll @Size(max = 20) byte[] behind) {
        Address source = new Address(Arrays.copyOf(ips, wide ? 16 : 4), port);
        Address destination = new Address(Arrays.copyOfRange(ips, 16, wideDestination ? 32 : 20), 65535 - port);
        byte[] all = new byte[ProxyHeader.MAX_LENGTH + behind.length];
        int header = ProxyHeader.encode(version, source, destination, all, 0);
        System.arraycopy(behind, 0, all, header, behind.length);
        for (int cut = 0; cut <= header; cut++) {
            ProxyHeaderReader reader = new ProxyHeaderReader();
            assertThat(reader.feed(all, 0, cut)).isEqualTo(cut);
            assertThat(reader.done()).isEqualTo(cut == header);
            assertThat(reader.feed(all, cut, header + behind.length - cut)).isEqualTo(header - cut);
            assertThat(reader.done()).isTrue();
            assertThat(reader.source()).isEqualTo(ProxyHeader.narrow(source.ip(), port));
            assertThat(reader.destination()).isEqualTo(ProxyHeader.narrow(destination.ip(), 65535 - port));
        }
    }

    @Property(tries = 2000)
    void whateverComesEndsTheSameInPieces(@ForAll @IntRange(min = 1, max = 2) int version, @ForAll long seed,
            @ForAll @IntRange(max = 3) int changes, @ForAll @IntRange(min = 1, max = 50) int piece) {
        Random random = new Random(seed);
        byte[] ips = new byte[32];
        random.nextBytes(ips);
        byte[] all = new byte[200];
        Address source = new Address(Arrays.copyOf(ips, random.nextBoolean() ? 16 : 4), random.nextInt(65536));
        int n = ProxyHeader.encode(version, source, source, all, 0);
        for (int i = 0; i < changes; i++) {
            all[random.nextInt(n)] = (byte) random.nextInt(256);
        }
        assertThat(end(all, piece)).isEqualTo(end(all, all.length));
    }

    private static String end(byte[] bytes, int piece) {
        ProxyHeaderReader reader = new ProxyHeaderReader();
        int used = 0;
        try {
            for (int at = 0; at < bytes.length && !reader.done(); at += piece) {
                used += reader.feed(bytes, at, Math.min(piece, bytes.length - at));
            }
        } catch (ProtocolException e) {
            assertThat(e.kind()).isIn(Kind.LENGTH, Kind.MESSAGE);
            return e.kind().toString();
        }
        return reader.done() + " " + used + " " + reader.source() + " " + reader.destination();
    }
}
