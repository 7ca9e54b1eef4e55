package io.mtproxy.wire.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Hostile;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RpcCodecProperties {
    @Property
    void nonce(@ForAll int keySelect, @ForAll @IntRange(max = 3) int schema, @ForAll int time,
            @ForAll @Size(16) byte[] random, @ForAll @Size(max = 8) List<Integer> keys, @ForAll @Size(256) byte[] dh) {
        Nonce nonce = new Nonce(keySelect, schema, time, random, schema < 2 ? List.of() : keys,
                schema < 3 ? null : dh);
        byte[] payload = nonce.encode();
        assertThat(Hostile.parse(payload, Kind.NONCE, Nonce::decode)).usingRecursiveComparison().isEqualTo(nonce);
    }

    @Property
    void handshake(@ForAll int flags, @ForAll int ip, @ForAll short port, @ForAll @IntRange(max = 0xffff) int pid,
            @ForAll int utime) {
        Handshake handshake = new Handshake(flags, new ProcessId(ip, port, pid, utime),
                new ProcessId(~ip, ~port, ~pid & 0xffff, ~utime));
        assertThat(Hostile.parse(handshake.encode(), Kind.HANDSHAKE, Handshake::decode)).isEqualTo(handshake);
    }

    @Property
    void proxyRequest(@ForAll int flags, @ForAll long id, @ForAll @Size(16) byte[] client, @ForAll int clientPort,
            @ForAll @Size(16) byte[] ours, @ForAll int ourPort, @ForAll @Size(16) byte[] tag, @ForAll boolean tagged,
            @ForAll @Size(max = 20) byte[] words) {
        int sent = flags & ~ProxyRequest.FLAG_HTTP_INFO;
        byte[] head = ProxyRequest.head(sent, id, client, clientPort, ours, ourPort, tagged ? tag : null);
        byte[] packet = Arrays.copyOf(words, words.length * 4);
        byte[] request = Arrays.copyOf(head, head.length + packet.length);
        System.arraycopy(packet, 0, request, head.length, packet.length);
        int expectedFlags = tagged ? sent | ProxyRequest.FLAG_TAG : sent & ~ProxyRequest.FLAG_TAG;
        assertThat(ProxyRequest.decode(request, 0, request.length)).usingRecursiveComparison()
                .isEqualTo(new ProxyRequest.Decoded(expectedFlags, id, client, clientPort, ours, ourPort,
                        tagged ? tag : null, head.length, packet.length));
    }

    /** Noise with the right type in front, so that it comes as far as it can. */
    @Property
    void noiseIsRefusedOrTaken(@ForAll @Size(max = 400) byte[] noise, @ForAll @IntRange(max = 3) int schema) {
        Nonce nonce = Hostile.parse(typed(typed(noise, RpcType.NONCE, 0), schema, 8), Kind.NONCE, Nonce::decode);
        assertThat(nonce == null || nonce.encode().length == noise.length).isTrue();
        Handshake handshake = Hostile.parse(typed(noise, RpcType.HANDSHAKE, 0), Kind.HANDSHAKE, Handshake::decode);
        assertThat(handshake == null || noise.length == Handshake.LENGTH).isTrue();
        ProxyRequest.Decoded request = Hostile.parse(typed(noise, RpcType.PROXY_REQ, 0), Kind.MESSAGE,
                ProxyRequest::decode);
        if (request != null) {
            assertThat(request.packetLength()).isNotNegative();
            assertThat(request.packetOffset() + request.packetLength()).isEqualTo(7 + noise.length);
        }
    }

    private static byte[] typed(byte[] noise, int word, int off) {
        byte[] b = noise.clone();
        if (b.length >= off + 4) {
            Bytes.putInt32(b, off, word);
        }
        return b;
    }
}
