package io.mtproxy.proxy.client;

import io.mtproxy.proxy.net.Output;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.faketls.Tls;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a client session: frames, encrypts and stages. Data is encrypted straight from where the link left
 * it; the prefix overwrites what stood before it, the padding what stood behind.
 */
final class PacketOutput {
    private final Clients clients;
    private final Transport transport;
    private final AesCtr stream;
    private final Output out;
    private final @Nullable RecordWriter records;

    /** @param records under -D: puts what is sent into TLS records */
    PacketOutput(Clients clients, Transport transport, AesCtr stream, Output out, @Nullable RecordWriter records) {
        this.clients = clients;
        this.transport = transport;
        this.stream = stream;
        this.out = out;
        this.records = records;
    }

    /** The stream, as it stands. */
    AesCtr.State stream() {
        return stream.save();
    }

    /** Under -D where the records stand, when all are {@linkplain #seal sealed}. */
    RecordWriter.@Nullable State records() {
        return records == null ? null : records.save();
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

    /** Stages a piece of a stream that Telegram has framed. */
    void piece(byte[] b, int off, int len) {
        encrypt(b, off, len);
    }

    /** Stages a quick ack in its raw form, which all clients take. */
    void ack(int confirm) {
        byte[] ack = clients.ack;
        encrypt(ack, 0, PacketHeader.encodeAck(transport, confirm, ack, 0));
    }

    private void encrypt(byte[] b, int off, int len) {
        for (int done = 0; done < len;) {
            int n = Math.min(records == null ? out.room(1, len - done) : room(records, len - done), len - done);
            stream.apply(b, off + done, n, out.array(), out.position());
            out.advance(n);
            if (records != null) {
                records.added(n);
            }
            done += n;
        }
    }

    /** Room in the open record; in a new one when it is full, or its chunk is: a record never lies in two chunks. */
    private int room(RecordWriter writer, int wanted) {
        if (writer.room() > 0 && out.left() > 0) {
            return Math.min(writer.room(), out.left());
        }
        seal();
        out.room(Tls.HEADER + 1, writer.staged(wanted));
        out.advance(writer.open(out.position()) - out.position());
        return Math.min(writer.room(), out.left());
    }

    /** To be called before what is staged is sent. */
    void seal() {
        if (records != null && out.pending() > 0) {
            records.seal(out.array());
        }
    }

    /** Gives the cipher back until the next byte; records begin small again. */
    void idle() {
        stream.idle();
        if (records != null) {
            records.restart();
        }
    }
}
