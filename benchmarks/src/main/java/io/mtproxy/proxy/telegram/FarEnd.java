package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.DeafLoop;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.crypto.RpcKeys;
import io.mtproxy.wire.rpc.FrameWriter;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.ProcessId;
import io.mtproxy.wire.rpc.RpcMessages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxy's telegram side with one link that is ready, and the middle proxy at the end of it, as far as benchmarks need
 * one: it makes answers and listens to nothing. One thread.
 */
public final class FarEnd implements Telegram {
    private static final int NEVER = 1 << 30;
    private static final int BLOCK = 16;
    private static final byte[] SECRET = new byte[64];
    private static final ProcessId SELF = new ProcessId(0, -1, 77, 1);
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final MiddleProxies proxies;
    private final Link link;
    private final FrameWriter writer = new FrameWriter();
    private final AesCbc cipher;
    private final byte[] plain = new byte[2 * EventLoop.READ_SIZE];
    private final byte[] read = new byte[2 * EventLoop.READ_SIZE];
    private long lane;

    /** Brings the link up. */
    public FarEnd(DeafLoop loop, Counters counters) {
        TelegramSettings settings = new TelegramSettings(SECRET, null, new NatTable(List.of()), SELF, null, 1, NEVER,
                NEVER,
                NEVER, false, LinkBounds.DEFAULT, new ConnectBudget(1), () -> true, Vias.none());
        proxies = new MiddleProxies(loop, 0, settings, counters, event -> {});
        Directory.Target target = new Directory.Target(ADDRESS, 1, 1, NEVER);
        proxies.use(new Directory(List.of(new Directory.Cluster(2, List.of(target))), List.of(target), 2));
        link = (Link) loop.dialed();
        link.connected();
        loop.iterate();
        byte[] sent = loop.firstWrite();
        Nonce theirs = Nonce.decode(sent, FrameWriter.HEADER, sent.length - FrameWriter.OVERHEAD);
        Nonce ours = Nonce.aes(theirs.keySelect(), theirs.time(), new byte[16]);
        say(ours.encode(), null);
        cipher = cipher(theirs, ours);
        say(new Handshake(Handshake.FLAG_CRC32C, new ProcessId(0, 1, 0, 0), SELF).encode(), cipher);
        writer.checksum(ChecksumKind.CRC32C);
        loop.iterate();
    }

    private static AesCbc cipher(Nonce theirs, Nonce ours) {
        RpcKeys.Endpoint near = new RpcKeys.Endpoint(Endpoint.NONE.address(), Endpoint.NONE.port());
        RpcKeys.Endpoint far = new RpcKeys.Endpoint(ADDRESS.getAddress().getAddress(), ADDRESS.getPort());
        RpcKeys.Direction ourDirection = RpcKeys.derive(RpcKeys.Role.SERVER,
                new RpcKeys.Material(theirs.nonce16(), ours.nonce16(), theirs.time(), near, far), SECRET, null);
        return AesCbc.encryptor(ourDirection.key(), ourDirection.iv());
    }

    private void say(byte[] payload, @Nullable AesCbc with) {
        byte[] frame = new byte[EventLoop.HEADROOM + payload.length + FrameWriter.OVERHEAD + BLOCK];
        System.arraycopy(payload, 0, frame, FrameWriter.HEADER, payload.length);
        int length = writer.seal(frame, 0, payload.length);
        if (with == null) {
            System.arraycopy(frame, 0, read, EventLoop.HEADROOM, length);
        } else {
            length += FrameWriter.fill(frame, length, length);
            with.apply(frame, 0, length, read, EventLoop.HEADROOM);
        }
        link.data(read, EventLoop.HEADROOM, length);
    }

    @Override
    public TelegramState saveLinks() {
        return proxies.saveLinks();
    }

    @Override
    public void adoptLinks(TelegramState saved) throws IOException {
        proxies.adoptLinks(saved);
    }

    @Override
    public Lane adopt(LaneClient client, Origin origin, LaneState saved) {
        return proxies.adopt(client, origin, saved);
    }

    @Override
    public Lane open(LaneClient client, Origin origin) {
        MiddleLane opened = (MiddleLane) proxies.open(client, origin);
        lane = opened.id();
        return opened;
    }

    @Override
    public void pauseReading(boolean paused) {
        proxies.pauseReading(paused);
    }

    @Override
    public void shutDown() {
        proxies.shutDown();
    }

    /**
     * Writes the next so many answers for the lane that was opened last to {@code dst[off..]}, as they come on the wire. What
     * was written has to be {@linkplain #hear heard}, in order.
     *
     * @return bytes written
     */
    public int answers(int count, int size, byte[] dst, int off) {
        int at = 0;
        for (int i = 0; i < count; i++) {
            RpcMessages.answerHead(plain, at + FrameWriter.HEADER, 0, lane);
            Arrays.fill(plain, at + FrameWriter.HEADER + RpcMessages.ANSWER_HEAD, at + FrameWriter.HEADER
                    + RpcMessages.ANSWER_HEAD + size, (byte) i);
            at += writer.seal(plain, at, RpcMessages.ANSWER_HEAD + size);
        }
        at += FrameWriter.fill(plain, at, at);
        cipher.apply(plain, 0, at, dst, off);
        return at;
    }

    /** The link is given what came in one read, {@link EventLoop#HEADROOM} bytes in front are free. */
    public void hear(byte[] b, int off, int len) {
        link.data(b, off, len);
    }
}
