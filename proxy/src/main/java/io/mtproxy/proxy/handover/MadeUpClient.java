package io.mtproxy.proxy.handover;

import io.mtproxy.proxy.client.ClientState;
import io.mtproxy.proxy.client.GreetingState;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.telegram.LaneState;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.faketls.Tls;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** A client of a {@link Rehearsal}: one in each framing, one in TLS records, one that has said nothing yet. One thread. */
final class MadeUpClient implements AutoCloseable {
    static final byte[] SECRET = new byte[16];
    static final int DC = 2;

    private static final int KINDS = 4;
    private static final int HIDDEN = 2;
    private static final int UNKNOWN = 3;
    private static final int SHORTEST = 64;
    private static final int STEP = 16;
    private static final byte[] NOTHING = {};

    private final int number;
    private final int kind;
    private final Transport transport;
    private final MadeUpSocket socket;
    private AesCtr toProxy = new AesCtr(new byte[32], new byte[16]);

    /** @param calls the thread's own */
    MadeUpClient(int number, SocketCalls calls) throws IOException {
        this.number = number;
        socket = new MadeUpSocket(calls);
        kind = number % KINDS;
        transport = switch (kind) {
            case 0 -> Transport.ABRIDGED;
            case 1 -> Transport.INTERMEDIATE;
            default -> Transport.PADDED;
        };
    }

    /** As the process before would have saved it; {@link #adopted} follows. */
    ClientState saved() {
        Endpoint peer = new Endpoint(new byte[] {127, 0, 0, 1}, number + 1);
        if (!known()) {
            return new ClientState(socket.near(), peer, Integer.MAX_VALUE, NOTHING,
                    new GreetingState(GreetingState.Kind.PLAIN, NOTHING, false, null), null);
        }
        AesCtr.State start = toProxy.save();
        ClientState.Live live = new ClientState.Live(start, start, NOTHING,
                kind == HIDDEN ? new RecordReader.State(false, false, 0, 0, 0) : null,
                kind == HIDDEN ? new RecordWriter.State(0, 0) : null,
                new LaneState.Middle(lane(), 0, 0, false, List.of()));
        return new ClientState(socket.near(), peer, -1, NOTHING, null,
                new ClientState.Session(DC, transport, SECRET, live, null, false));
    }

    /** Whether it has a session from the beginning. */
    boolean known() {
        return kind != UNKNOWN;
    }

    /** Its id at Telegram: generation and slot. */
    long lane() {
        return 1L << Integer.SIZE | number;
    }

    /** Sends one packet; the header, where one is needed, travels with the first one. */
    void say(int round) {
        byte[] before = round == 0 && !known() ? header() : NOTHING;
        int length = SHORTEST + STEP * round;
        byte[] plain = new byte[PacketHeader.MAX_PREFIX + length];
        Arrays.fill(plain, (byte) 1); // a key, and so nothing that is looked into
        int prefix = PacketHeader.encode(transport, length, round % 8 == 0, plain, PacketHeader.MAX_PREFIX);
        int head = kind == HIDDEN ? Tls.HEADER : before.length;
        byte[] said = Arrays.copyOf(before, head + prefix + length);
        toProxy.apply(plain, PacketHeader.MAX_PREFIX - prefix, prefix + length, said, head);
        if (kind == HIDDEN) {
            record(said, prefix + length);
        }
        socket.send(said, said.length);
    }

    private byte[] header() {
        ObfuscatedHeader.Created header = ObfuscatedHeader.create(transport, DC, SECRET, new SplittableRandom(number));
        toProxy = header.toProxy();
        return header.bytes();
    }

    private static void record(byte[] b, int length) {
        b[0] = Tls.APPLICATION_DATA;
        b[1] = 3;
        b[2] = 3;
        b[3] = (byte) (length >> 8);
        b[4] = (byte) length;
    }

    /** Its socket is a loop's now. */
    void adopted() {
        socket.adopted();
    }

    /** Throws away what came. */
    void drain(byte[] scratch) {
        socket.drain(scratch);
    }

    @Override
    public void close() {
        socket.close();
    }
}
