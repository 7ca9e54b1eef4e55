package io.mtproxy.proxy.client;

import io.mtproxy.proxy.net.Output;
import io.mtproxy.proxy.telegram.Lane;
import io.mtproxy.proxy.telegram.Origin;
import io.mtproxy.wire.faketls.RecordReader;
import org.jspecify.annotations.Nullable;

/**
 * What exists only behind an accepted header. On its loop's thread.
 *
 * @param records under -D: takes the client's bytes out of their TLS records
 */
record Session(Origin origin, SessionInput input, PacketOutput output, Lane lane, @Nullable RecordReader records) {

    /** Nothing has passed for a while: ciphers are given back. */
    void idle() {
        input.idle();
        output.idle();
        lane.idle();
    }

    /** Bytes of memory that it makes us hold. */
    long held() {
        return input.held() + lane.held();
    }

    /** What another process needs to go on with it. */
    ClientState.Live save() {
        return new ClientState.Live(input.stream(), output.stream(), input.heard(),
                records == null ? null : records.save(), output.records(), lane.save());
    }

    /** One of another process. */
    static Session restored(Clients clients, Origin origin, SessionInput input, Output out, Lane lane,
            ClientState.Live saved) {
        input.restore(saved.heard());
        PacketOutput output = new PacketOutput(clients, origin.transport(), clients.stream(saved.toClient()), out,
                saved.writer() == null ? null : clients.recordWriter(saved.writer()));
        return new Session(origin, input, output, lane,
                saved.reader() == null ? null : RecordReader.restored(saved.reader()));
    }
}
