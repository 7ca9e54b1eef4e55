package io.mtproxy.proxy.client;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.telegram.LaneState;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.obfuscated.Transport;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection that goes on in another process. The arrays are not copied.
 *
 * @param peer the client's end, as a balancer has told it where there is one
 * @param patience milliseconds until its deadline, -1 without one
 * @param output what waits for the client, encrypted
 * @param greeting before the client is proven, else null
 * @param session behind an accepted header, else null
 */
public record ClientState(int descriptor, Endpoint peer, long patience, byte[] output,
        @Nullable GreetingState greeting, @Nullable Session session) {
    /**
     * A session, or what is left of it when its lane has ended.
     *
     * @param dc as in the client's header
     * @param secret 16 bytes; none when the client needed none, or it is in use no more
     * @param live null when the lane has ended
     * @param farewell why the lane has ended, null while it lives
     * @param finSent the client was told
     */
    public record Session(int dc, Transport transport, byte[] secret, @Nullable Live live,
            @Nullable CloseReason farewell, boolean finSent) {}

    /**
     * Both directions of a session.
     *
     * @param heard the beginning of an incomplete packet, in the clear
     * @param reader under -D
     * @param writer under -D
     */
    public record Live(AesCtr.State fromClient, AesCtr.State toClient, byte[] heard,
            RecordReader.@Nullable State reader, RecordWriter.@Nullable State writer, LaneState lane) {}
}
