package io.mtproxy.proxy.client;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.Acceptor;
import io.mtproxy.proxy.net.Connection;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.telegram.Telegram;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.obfuscated.HeaderAcceptor;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import io.mtproxy.wire.obfuscated.PacketHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** All clients of one event loop, and what they share. */
public final class Clients implements Acceptor {
    /** Bytes of the two ciphers of a session together. */
    private static final int CIPHERS = 2 << 10;

    final EventLoop loop;
    final ClientSettings settings;
    final Telegram telegram;
    final Counters counters;
    /** Under -D; else null. */
    final @Nullable Disguise disguise;
    final SplittableRandom random = new SplittableRandom();
    /** Shared decoders. The packet header holds its last result: read it before anything else decodes. */
    private final HeaderAcceptor headers = new HeaderAcceptor();
    final PacketHeader packetHeader;
    /** Where a quick ack is put together. */
    final byte[] ack = new byte[PacketHeader.MAX_PREFIX];

    private final SecretHints hints;
    private final RateLimit accepts;
    private final ConnectionLimit limit;
    private Secrets secrets;
    private List<SecretUse> uses;
    private boolean doorsClosed;
    private final Set<ClientConnection> sessions = new LinkedHashSet<>();
    /** In the order in which they came. */
    private final Set<ClientConnection> unproven = new LinkedHashSet<>();
    /** Those that the site has. */
    private final Set<ClientConnection> passedOn = new LinkedHashSet<>();
    private long letGo;

    /**
     * @param hints    which secret was last seen from where; shared with other loops
     * @param uses     where the use of each secret is counted, in their order; shared with other loops
     * @param disguise what {@code -D} wants, else null
     */
    public Clients(EventLoop loop, ClientSettings settings, Secrets secrets,
            List<SecretUse> uses, SecretHints hints, RateLimit accepts,
            ConnectionLimit limit, Telegram telegram, @Nullable Disguise disguise,
            Counters counters) {
        this.loop = loop;
        this.settings = settings;
        this.packetHeader = new PacketHeader(settings.maxPacket());
        this.secrets = secrets;
        this.uses = uses;
        this.hints = hints;
        this.accepts = accepts;
        this.limit = limit;
        limit.join(this);
        this.telegram = telegram;
        this.disguise = disguise;
        this.counters = counters;
        loop.after(settings.idleMillis(), this::sweep);
        new MemoryGuard(this, settings.maxMemory()).begin();
    }

    @Override
    public boolean reserve(EventLoop acceptingLoop) {
        if (limit.reserve()) {
            return true;
        }
        loop.pauseAccepting(this, true);
        return false;
    }

    @Override
    public void release() {
        limit.leave();
    }

    /** There is room for one more. Any thread. */
    void resumeAccepting() {
        loop.execute(() -> loop.pauseAccepting(this, doorsClosed));
    }

    /** Nobody new from now on, also when there is room. On the loop's thread. */
    public void closeDoors() {
        doorsClosed = true;
        loop.pauseAccepting(this, true);
    }

    @Override
    public @Nullable Connection accepted(EventLoop acceptingLoop, Endpoint peer) {
        if (!accepts.admit()) { // as C: accepted and closed at once
            counters.increment(Counter.CLIENTS_OVER_RATE);
            counters.closed(CloseReason.CLIENT_OVER_RATE);
            limit.leave();
            return null;
        }
        return new ClientConnection(this, peer);
    }

    /** New clients need one of these from now on; sessions go on. On the loop's thread. */
    public void use(Secrets next, List<SecretUse> nextUses) {
        secrets = next;
        uses = nextUses;
        if (disguise != null) {
            disguise.use(next);
        }
    }

    @Nullable
    SecretUse use(int secretIndex) {
        return secretIndex < 0 ? null : uses.get(secretIndex);
    }

    /** Closes all clients, as at the end of the process. */
    public void close() {
        List.copyOf(unproven).forEach(c -> c.close(CloseReason.SHUTDOWN));
        if (disguise != null) {
            disguise.splices.close();
        }
        List.copyOf(sessions).forEach(c -> c.close(CloseReason.SHUTDOWN));
    }

    /** Finds the secret that a header was made with, the one last seen from that address first; null when there is none. */
    @Nullable
    Accepted open(byte[] header, int off, Endpoint peer) {
        int hint = hints.of(peer.address());
        Accepted accepted = headers.accept(header, off, secrets.keys(), hint);
        if (accepted != null && accepted.secretIndex() != hint) {
            hints.seen(peer.address(), accepted.secretIndex());
        }
        return accepted;
    }

    /** What a client says first, or who stands before it. */
    Greeting greeting(ClientConnection client) {
        return settings.balancer(client.peer().address()) ? new BalancerGreeting(client, this) : ownGreeting(client);
    }

    /** What a client says first by itself. */
    Greeting ownGreeting(ClientConnection client) {
        return disguise == null ? new PlainGreeting(client, this) : new TlsGreeting(client, this, disguise);
    }

    /** What is needed to go on in another process, client by client; nothing is touched. */
    public List<ClientState> save() {
        List<ClientState> saved = new ArrayList<>();
        unproven.forEach(client -> saved.add(client.save()));
        passedOn.forEach(client -> saved.add(client.save()));
        sessions.forEach(client -> saved.add(client.save()));
        return saved;
    }

    /** Takes a client over. */
    public void adopt(ClientState saved) throws IOException {
        limit.adopt();
        new ClientConnection(this, saved.peer()).restore(saved);
    }

    /** The secret whose use is counted there; none when it is in use no more. */
    byte[] secret(@Nullable SecretUse use) {
        int at = use == null ? -1 : uses.indexOf(use);
        return at < 0 ? new byte[0] : secrets.keys().get(at);
    }

    /** Where the use of a secret is counted, null when it is none of ours. */
    @Nullable
    SecretUse use(byte[] secret) {
        return use(secrets.indexOf(secret));
    }

    /** The one that a client of another process was in. */
    Greeting greeting(ClientConnection client, GreetingState saved) {
        return saved.kind() == GreetingState.Kind.BALANCER
                ? new BalancerGreeting(client, this)
                : ownGreeting(client);
    }

    AesCtr stream(AesCtr.State saved) {
        return headers.stream(saved);
    }

    /** Those with a session. */
    Iterable<ClientConnection> sessions() {
        return sessions;
    }

    /** Those without one, the site's apart; the oldest first. */
    Iterable<ClientConnection> unproven() {
        return unproven;
    }

    /** Those that the site has. */
    Iterable<ClientConnection> passedOn() {
        return passedOn;
    }

    void addUnproven(ClientConnection client) {
        if (unproven.size() >= settings.maxUnproven()) {
            unproven.iterator().next().close(CloseReason.CLIENT_UNPROVEN_EVICTED);
        }
        unproven.add(client);
    }

    void proven(ClientConnection client) {
        unproven.remove(client);
        sessions.add(client);
    }

    /** It is the site's now, whose limit holds for it. */
    void passOn(ClientConnection client) {
        unproven.remove(client);
        passedOn.add(client);
        client.patience();
    }

    void remove(ClientConnection client) {
        unproven.remove(client);
        passedOn.remove(client);
        sessions.remove(client);
        limit.leave();
    }

    RecordWriter recordWriter(RecordWriter.State saved) {
        return new RecordWriter(Disguise.SIZES, random, saved);
    }

    /** For a session of one client. */
    RecordWriter recordWriter() {
        return new RecordWriter(Disguise.SIZES, random);
    }

    /** How long a connection may go without an accepted header. */
    int drawSilence() {
        return random.nextInt(settings.silenceMillis(), settings.maxSilenceMillis() + 1);
    }

    /** Bytes of ciphers that resting sessions have let go since the last call. */
    public long letGo() {
        long bytes = letGo;
        letGo = 0;
        return bytes;
    }

    private void sweep() {
        for (ClientConnection client : sessions) {
            letGo += client.sweep() ? CIPHERS : 0;
        }
        loop.after(settings.idleMillis(), this::sweep);
    }
}
