package io.mtproxy.proxy.client;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.ReplayCache;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.front.KnownSites;
import io.mtproxy.proxy.front.Splice;
import io.mtproxy.proxy.front.Splices;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.SiteSide;
import io.mtproxy.proxy.net.StillLoop;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.faketls.ClientHelloBuilder;
import io.mtproxy.wire.faketls.HelloTemplates;
import io.mtproxy.wire.faketls.KeyMaterial;
import io.mtproxy.wire.faketls.TlsSecret;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The first words of a client under {@code -D}, in any segments and records: a hello of ours or of anybody, replayed or
 * damaged, a header and packets behind it, and a site that answers, ends, fails or says nothing. What is not ours reaches the
 * site byte for byte, and in the end everything is given back.
 */
public final class GreetingFuzz {
    private static final int MAX_ALLOCATION = 4 << 20;
    private static final byte[] SECRET = new byte[16];
    private static final TlsSecret KEY = new TlsSecret(SECRET);
    private static final StillLoop LOOP = new StillLoop();
    private static final Counters COUNTERS = new Counters();
    private static final OneLane WORLD = new OneLane();
    private static final Secrets SECRETS = new Secrets(List.of(SECRET));
    private static final ObfuscatedHeader.Created HEADER = ObfuscatedHeader.create(Transport.PADDED, 2, SECRET,
            new SplittableRandom(1));
    private static final AesCtr.State STREAM = HEADER.toProxy().save();
    private static final ClientHelloBuilder HELLO = HelloTemplates.classic(new Random(1), new NoKeys())
            .serverName("site.test");
    private static final Clients CLIENTS = new Clients(LOOP, settings(), SECRETS, List.of(new SecretUse()),
            new SecretHints(), new RateLimit(0), new ConnectionLimit(0), WORLD,
            new Disguise(KnownSites.one(), new Splices(LOOP, COUNTERS, null, 100, 0), ReplayCache.local(),
                    new SecretHints(),
                    new NoKeys(), SECRETS, COUNTERS),
            COUNTERS);
    /** No two hellos may be equal. */
    private static long hellos;

    private final Input in;
    private final ClientConnection client;
    private final AesCtr stream = new AesCtr(STREAM);
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final long answeredBefore = COUNTERS.get(Counter.HELLOS_ANSWERED);
    private byte[] hello = new byte[0];
    private SiteSide site;

    /** Keys that cost nothing. */
    private static final class NoKeys implements KeyMaterial {
        @Override
        public void x25519(byte[] dst, int off) {
            Arrays.fill(dst, off, off + X25519, (byte) 1);
        }

        @Override
        public void mlKem768(byte[] key, int keyOff, byte[] dst, int off) {
            Arrays.fill(dst, off, off + MLKEM768_CIPHERTEXT, (byte) 2);
        }
    }

    /** No timer is due while a fuzzer looks. */
    private static ClientSettings settings() {
        int never = 1 << 30;
        ClientSettings usual = ClientSettings.defaults(false, 1, 1 << 28);
        return new ClientSettings(false, never, never, never, usual.maxUnproven(), usual.maxPacket(), usual.maxOutput(),
                usual.maxMemory(),
                never, never, List.of());
    }

    private GreetingFuzz(Input in) {
        this.in = in;
        require(CLIENTS.reserve(LOOP), "no place");
        client = (ClientConnection) CLIENTS.accepted(LOOP, Endpoint.NONE);
        LOOP.give(client);
        client.connected();
    }

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 4096L * data.length, () -> new GreetingFuzz(new Input(data)).run());
    }

    private void run() {
        while (!in.isEmpty() && client.isOpen()) {
            act(in.choice(12));
        }
        LOOP.iterate();
        everythingReachedTheSite();
        client.close(CloseReason.SHUTDOWN);
        LOOP.iterate();
        LOOP.takeDialed();
        LOOP.forget();
        require(!WORLD.open, "a lane left open");
        same(COUNTERS.get(Counter.CLIENTS), 0L, "clients");
        same(COUNTERS.get(Counter.CLIENTS_UNPROVEN), 0L, "unproven clients");
        same(COUNTERS.get(Counter.SPLICES), 0L, "splices");
        same(LOOP.open(), 0, "open sockets");
        same(LOOP.buffers().chunksInUse(), 0L, "chunks kept");
    }

    private void act(int what) {
        switch (what) {
            case 0 -> LOOP.iterate();
            case 1 -> hello();
            case 2 -> send(hello);
            case 3 -> send(records(HEADER.bytes()));
            case 4 -> packet();
            case 5 -> send(records(in.bytes(in.choice(100))));
            case 6 -> siteActs(in.choice(8));
            case 7 -> endOfClient(in.choice(4));
            case 8 -> client.sweep();
            default -> send(in.bytes(1 + in.choice(64)));
        }
        meetSite();
    }

    /** Ours, perhaps with a wrong byte, in records of some length. */
    private void hello() {
        byte[] id = new byte[32];
        new Random(hellos++).nextBytes(id);
        byte[] record = HELLO.sessionId(id).sign(KEY, System.currentTimeMillis() / 1000);
        if (in.choice(4) == 0) {
            record[in.number() % record.length] ^= (byte) in.choice(256);
        }
        hello = in.choice(2) == 0 ? record : ClientHelloBuilder.split(record, 40 + in.choice(256));
        send(hello);
    }

    private void packet() {
        byte[] plain = in.bytes(4 + in.choice(60));
        plain[0] = (byte) (plain.length - 4 & -4);
        plain[1] = plain[2] = plain[3] = 0;
        byte[] cipher = new byte[plain.length];
        stream.apply(plain, 0, plain.length, cipher, 0);
        send(records(cipher));
    }

    /** In records of some length, the first perhaps behind a ChangeCipherSpec. */
    private byte[] records(byte[] payload) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (in.choice(4) == 0) {
            all.writeBytes(new byte[] {0x14, 3, 3, 0, 1, 1});
        }
        int size = in.choice(65);
        for (int at = 0; at < payload.length || size == 0; at += size) {
            int n = Math.min(size, payload.length - at);
            all.writeBytes(new byte[] {0x17, 3, 3, (byte) (n >> 8), (byte) n});
            all.write(payload, at, n);
            size = size == 0 ? payload.length + 1 : size;
        }
        return all.toByteArray();
    }

    private void send(byte[] bytes) {
        int size = 1 + in.choice(256) * 3;
        for (int at = 0; at < bytes.length && client.isOpen(); at += size) {
            int n = Math.min(size, bytes.length - at);
            byte[] b = new byte[EventLoop.HEADROOM + n];
            System.arraycopy(bytes, at, b, EventLoop.HEADROOM, n);
            sent.write(bytes, at, n);
            client.data(b, EventLoop.HEADROOM, n);
            meetSite();
        }
    }

    private void meetSite() {
        for (Connection dialed : LOOP.takeDialed()) {
            site = new SiteSide((Splice) dialed);
        }
    }

    private void siteActs(int how) {
        if (site == null || !site.isOpen()) {
            return;
        }
        switch (how) {
            case 0, 1, 2 -> site.connect();
            case 3 -> site.fail(new IOException("reset"));
            case 4 -> site.end();
            default -> site.say(in.bytes(1 + in.choice(100)));
        }
    }

    private void endOfClient(int how) {
        switch (how) {
            case 0 -> client.halfClosed();
            case 1 -> client.failed(new IOException("reset"));
            case 2 -> client.writable();
            default -> {
                if (WORLD.open) {
                    WORLD.end();
                }
            }
        }
    }

    /** Whoever was never taken for ours: what the site has got is what he sent, from the first byte on. */
    private void everythingReachedTheSite() {
        if (site == null || !site.isOpen() || !site.connected()
                || COUNTERS.get(Counter.HELLOS_ANSWERED) != answeredBefore) {
            return;
        }
        byte[] got = LOOP.written(site.connection());
        require(Arrays.equals(got, sent.toByteArray()), "the site got " + got.length + " of " + sent.size() + " bytes");
    }
}
