package io.mtproxy.proxy.telegram;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.StillLoop;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.ProcessId;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What a middle proxy may say on a link that clients use, frame by frame: nonce, handshake, answers, acks, closes, pings and
 * anything else, with connection ids that are ours and others, while clients come, ask and go. In the end everything is given
 * back.
 */
public final class LinkFuzz {
    private static final int MAX_ALLOCATION = 2 << 20;
    private static final int HANDSHAKE_MILLIS = 1 << 30;
    private static final byte[] SECRET = new byte[64];
    private static final ProcessId SELF = new ProcessId(0, -1, 77, 1);
    private static final int[] TYPES = {RpcType.PROXY_ANS, RpcType.SIMPLE_ACK, RpcType.CLOSE_EXT, RpcType.PING,
            RpcType.PONG, RpcType.CLOSE_CONN, RpcType.NONCE, RpcType.HANDSHAKE};
    private static final StillLoop LOOP = new StillLoop();

    private final Input in;
    private final Counters counters = new Counters();
    private final MiddleProxies telegram;
    private final List<Client> clients = new ArrayList<>();
    private Link link;

    private LinkFuzz(Input in) {
        this.in = in;
        TelegramSettings settings = new TelegramSettings(SECRET, null, new NatTable(List.of()), SELF, null, 1,
                HANDSHAKE_MILLIS, HANDSHAKE_MILLIS, HANDSHAKE_MILLIS, false, LinkBounds.DEFAULT, new ConnectBudget(32),
                () -> true);
        telegram = new MiddleProxies(LOOP, 0, settings, counters, event -> {});
        Directory.Target target = new Directory.Target(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 1, 1, HANDSHAKE_MILLIS);
        telegram.use(new Directory(List.of(new Directory.Cluster(2, List.of(target))), List.of(target), 2));
        link = (Link) LOOP.takeDialed().getFirst();
        link.connected();
    }

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 1024L * data.length, () -> new LinkFuzz(new Input(data)).run());
    }

    private void run() {
        if (in.choice(4) > 0) {
            frame(Nonce.aes(Bytes.int32(SECRET, 0), (int) (System.currentTimeMillis() / 1000), new byte[16]).encode());
            frame(new Handshake(in.choice(2) * Handshake.FLAG_CRC32C, new ProcessId(0, 1, 0, 0), SELF).encode());
        }
        while (!in.isEmpty()) {
            act(in.choice(10));
        }
        telegram.shutDown();
        LOOP.iterate();
        LOOP.takeDialed();
        LOOP.forget();
        clients.forEach(client -> require(client.left || client.ended == 1 || client.lane.link() == null,
                "a client on a link was not told of its end"));
        same(counters.get(Counter.LINKS), 0L, "links");
        same(counters.get(Counter.LANES), 0L, "lanes");
        same(LOOP.open(), 0, "open sockets");
        same(LOOP.buffers().chunksInUse(), 0L, "chunks kept");
    }

    private void act(int what) {
        switch (what) {
            case 0 -> clients.add(new Client());
            case 1 -> forward();
            case 2 -> LOOP.iterate();
            case 3 -> leave();
            case 4 -> frame(in.bytes(4 * (1 + in.choice(100))));
            case 5 -> reconnect();
            default -> message();
        }
    }

    /** A message of a known type, for a client of ours if there is one. */
    private void message() {
        int type = TYPES[in.choice(TYPES.length)];
        byte[] payload = in.bytes(4 * (1 + in.choice(10)));
        Bytes.putInt32(payload, 0, type);
        int idAt = type == RpcType.PROXY_ANS ? 8 : 4;
        if (!clients.isEmpty() && payload.length >= idAt + 8) {
            Bytes.putInt64(payload, idAt, clients.get(in.choice(clients.size())).id() + in.choice(2));
        }
        frame(payload);
    }

    private void frame(byte[] payload) {
        if (link == null) {
            return;
        }
        byte[] b = new byte[EventLoop.HEADROOM + payload.length + 4];
        System.arraycopy(payload, 0, b, EventLoop.HEADROOM, payload.length);
        try {
            link.frame(b, EventLoop.HEADROOM, payload.length);
        } catch (ProtocolException e) {
            link.failed(new IOException(e.getMessage()));
            link = null;
        }
    }

    private void forward() {
        if (!clients.isEmpty()) {
            Client client = clients.get(in.choice(clients.size()));
            byte[] packet = new byte[EventLoop.HEADROOM + 4 * in.choice(60)];
            byte[] content = in.bytes(Math.min(packet.length - EventLoop.HEADROOM, 24));
            System.arraycopy(content, 0, packet, EventLoop.HEADROOM, content.length);
            if (!client.left && client.ended == 0) {
                client.lane.forward(packet, EventLoop.HEADROOM, packet.length - EventLoop.HEADROOM, in.choice(2) == 1);
            }
        }
    }

    private void leave() {
        if (!clients.isEmpty()) {
            Client client = clients.get(in.choice(clients.size()));
            if (client.ended == 0) {
                client.left = true;
                client.lane.close();
            }
        }
    }

    private void reconnect() {
        if (link != null) {
            link.halfClosed();
            link = null;
        }
        List<?> dialed = LOOP.takeDialed();
        if (!dialed.isEmpty()) {
            link = (Link) dialed.getFirst();
            link.connected();
        }
    }

    private final class Client implements LaneClient {
        private final MiddleLane lane = (MiddleLane) telegram.open(this,
                new Origin(2, Transport.PADDED, Endpoint.NONE, Endpoint.NONE, null));
        private int ended;
        private boolean left;

        long id() {
            return lane.id();
        }

        private void alive(String what) {
            require(!left && ended == 0, what + " for a client that has gone");
        }

        @Override
        public void answer(byte[] b, int off, int len) {
            alive("an answer");
            require(off >= 16 && len >= 0 && off + len + 4 <= b.length, "answer outside of its frame");
        }

        @Override
        public void acknowledge(int confirm) {
            alive("an ack");
        }

        @Override
        public void pause(boolean paused) {
            alive("a pause");
        }

        @Override
        public void ended(CloseReason reason) {
            alive("an end");
            ended++;
        }
    }
}
