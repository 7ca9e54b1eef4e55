package io.mtproxy.proxy.handover;

import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.telegram.LinkState;
import io.mtproxy.proxy.telegram.TelegramState;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import io.mtproxy.wire.rpc.RpcMessages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;

/** The link to Telegram of a {@link Rehearsal}, seen from the far end. One thread. */
final class MadeUpLink implements AutoCloseable {
    /** Where nobody connects. */
    static final InetSocketAddress TARGET = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private static final int SHORTEST = 64;
    private static final int STEP = 16;
    private static final int MOST = 48 << 10;
    private static final byte[] NOTHING = {};
    private static final byte[] KEY = new byte[32];
    private static final byte[] CHAIN = new byte[16];

    private final MadeUpSocket socket;
    private final FrameWriter writer = new FrameWriter(new FrameWriter.State(0, ChecksumKind.CRC32C));
    private final AesCbc cipher = AesCbc.encryptor(KEY, CHAIN);
    private final byte[] staged = new byte[MOST + (8 << 10)];
    private final byte[] sealed = new byte[staged.length];
    private int length;

    /** @param calls the thread's own */
    MadeUpLink(SocketCalls calls) throws IOException {
        socket = new MadeUpSocket(calls);
    }

    /** As the process before would have saved it; {@link #adopted} follows. */
    TelegramState saved() {
        return new TelegramState(List.of(new LinkState(0, socket.near(), TARGET, false, false, 0,
                new AesCbc.State(false, KEY, CHAIN), new AesCbc.State(true, KEY, CHAIN),
                new FrameReader.State(0, ChecksumKind.CRC32C), new FrameWriter.State(0, ChecksumKind.CRC32C), NOTHING,
                NOTHING, NOTHING)), 1, List.of());
    }

    /** A packet for a client, and an acknowledgement now and then. */
    void answer(long lane, int round) {
        int data = SHORTEST + STEP * round;
        int at = length + FrameWriter.HEADER;
        int head = RpcMessages.answerHead(staged, at, 0, lane);
        Arrays.fill(staged, at + head, at + head + data, (byte) 1);
        length += writer.seal(staged, length, head + data);
        if (round % 8 == 0) {
            length += writer.seal(staged, length,
                    RpcMessages.simpleAck(staged, length + FrameWriter.HEADER, lane, round));
        }
        if (length > MOST - (2 << 10)) {
            send();
        }
    }

    /** What was put together goes out. */
    void send() {
        length += FrameWriter.fill(staged, length, length);
        cipher.apply(staged, 0, length, sealed, 0);
        socket.send(sealed, length);
        length = 0;
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
