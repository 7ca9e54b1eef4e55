package io.mtproxy.proxy.client;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.StillLoop;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The whole life of a client's connection: any bytes, or a good header and then any packets, answers and acks between them,
 * and every way to end. In the end everything is given back.
 */
public final class ClientFuzz {
    private static final int MAX_ALLOCATION = 4 << 20;
    private static final byte[] SECRET = new byte[16];
    private static final StillLoop LOOP = new StillLoop();
    private static final Counters COUNTERS = new Counters();
    private static final OneLane WORLD = new OneLane();
    private static final Clients CLIENTS = new Clients(LOOP, ClientSettings.defaults(false, 1, 1 << 28),
            new Secrets(List.of(SECRET)), List.of(new SecretUse()), new SecretHints(), new RateLimit(0),
            new ConnectionLimit(0), WORLD,
            null,
            COUNTERS);

    private static final List<Header> HEADERS = Stream.of(Transport.values()).map(Header::of).toList();

    private final Input in;
    private final ClientConnection client;
    private AesCtr stream;

    /** A good header and the stream behind it. */
    private record Header(byte[] bytes, AesCtr.State stream) {
        static Header of(Transport transport) {
            ObfuscatedHeader.Created made = ObfuscatedHeader.create(transport, 2, SECRET, new SplittableRandom(1));
            return new Header(made.bytes(), made.toProxy().save());
        }
    }

    private ClientFuzz(Input in) {
        this.in = in;
        require(CLIENTS.reserve(LOOP), "no place");
        client = (ClientConnection) CLIENTS.accepted(LOOP, Endpoint.NONE);
        LOOP.give(client);
        client.connected();
    }

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 8192L * data.length, () -> new ClientFuzz(new Input(data)).run());
    }

    private void run() {
        WORLD.bytes = 0;
        if (in.choice(4) > 0) {
            Header header = HEADERS.get(in.choice(HEADERS.size()));
            stream = new AesCtr(header.stream);
            send(header.bytes, 1 + in.choice(64));
            require(WORLD.open, "a good header was not taken");
        }
        int sent = 0;
        while (!in.isEmpty() && client.isOpen()) {
            sent += act(in.choice(9));
        }
        require(WORLD.bytes <= sent, "more forwarded than sent");
        client.close(CloseReason.SHUTDOWN);
        client.close(CloseReason.SHUTDOWN);
        LOOP.iterate();
        LOOP.forget();
        require(!WORLD.open, "a lane left open");
        same(COUNTERS.get(Counter.CLIENTS), 0L, "clients");
        same(COUNTERS.get(Counter.CLIENTS_UNPROVEN), 0L, "unproven clients");
        same(LOOP.open(), 0, "open sockets");
        same(LOOP.buffers().chunksInUse(), 0L, "chunks kept");
    }

    private int act(int what) {
        switch (what) {
            case 0 -> LOOP.iterate();
            case 1 -> answer(in.number() & 0xffc);
            case 2 -> acknowledge(in.number());
            case 3 -> client.sweep();
            case 4 -> end(in.choice(8));
            default -> {
                byte[] bytes = in.bytes(1 + in.choice(what == 5 ? 256 : 32));
                send(stream == null ? bytes : encrypted(bytes), 1 + in.choice(256));
                return bytes.length;
            }
        }
        return 0;
    }

    private byte[] encrypted(byte[] bytes) {
        byte[] cipher = new byte[bytes.length];
        stream.apply(bytes, 0, bytes.length, cipher, 0);
        return cipher;
    }

    private void send(byte[] bytes, int size) {
        for (int at = 0; at < bytes.length && client.isOpen(); at += size) {
            int n = Math.min(size, bytes.length - at);
            byte[] b = new byte[EventLoop.HEADROOM + n];
            System.arraycopy(bytes, at, b, EventLoop.HEADROOM, n);
            client.data(b, EventLoop.HEADROOM, n);
        }
    }

    private void answer(int len) {
        if (WORLD.open) {
            WORLD.client.answer(new byte[64 + len + 64], 64, len);
        }
    }

    private void acknowledge(int confirm) {
        if (WORLD.open) {
            WORLD.client.acknowledge(confirm);
        }
    }

    /** Each at most as often as the loop or the lane would do it. */
    private void end(int how) {
        switch (how) {
            case 0 -> {
                client.halfClosed();
                LOOP.iterate();
                client.close(CloseReason.CLIENT_CLOSED);
            }
            case 1 -> client.failed(new IOException("reset"));
            case 2 -> {
                if (WORLD.open) {
                    WORLD.end();
                }
            }
            case 3 -> client.writable();
            default -> {
                if (WORLD.open) {
                    WORLD.client.pause(how % 2 == 0);
                }
            }
        }
    }
}
