package io.mtproxy.proxy.client;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Output;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.SplittableRandom;

/**
 * The writing half of a client session: frames, encrypts and stages. Data is encrypted straight from where the link left
 * it; the prefix overwrites what stood before it, the padding what stood behind.
 */
final class PacketOutput {
    private final Clients clients;
    private final Transport transport;
    private final AesCtr stream;
    private final Output out;

    PacketOutput(Clients clients, Transport transport, AesCtr stream) {
        this.clients = clients;
        this.transport = transport;
        this.stream = stream;
        this.out = new Output(clients.loop.buffers());
    }

    /** Stages a packet; see {@link io.mtproxy.proxy.telegram.LaneClient#answer} for what is overwritten. */
    void packet(byte[] b, int off, int len) {
        SplittableRandom random = clients.random;
        int padding = PacketHeader.padding(transport, random);
        for (int i = 0; i < padding; i++) {
            b[off + len + i] = (byte) random.nextInt();
        }
        int prefix = PacketHeader.encode(transport, len + padding, false, b, off);
        encrypt(b, off - prefix, prefix + len + padding);
    }

    /** Stages a quick ack in its raw form, which all clients take. */
    void ack(int confirm) {
        byte[] ack = clients.ack;
        encrypt(ack, 0, PacketHeader.encodeAck(transport, confirm, ack, 0));
    }

    private void encrypt(byte[] b, int off, int len) {
        for (int done = 0; done < len;) {
            int n = Math.min(out.room(1, len - done), len - done);
            stream.apply(b, off + done, n, out.array(), out.position());
            out.advance(n);
            done += n;
        }
    }

    /** Bytes that wait for the client. */
    long pending() {
        return out.pending();
    }

    /** Gives the kernel what it takes; false when the connection has failed. */
    boolean send(Connection connection) {
        long before = out.pending();
        boolean alive = out.send(clients.loop, connection);
        clients.counters.add(Counter.BYTES_TO_CLIENTS, before - out.pending());
        return alive;
    }

    /** Gives the cipher back until the next byte. */
    void idle() {
        stream.idle();
    }

    /** Gives back what was never sent. */
    void close() {
        out.clear();
    }
}
