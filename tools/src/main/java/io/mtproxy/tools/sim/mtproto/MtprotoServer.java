package io.mtproxy.tools.sim.mtproto;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * What all clients of one simulated Telegram share: the RSA key, the authorization keys, message ids. Any thread; each
 * connection belongs to one thread at a time.
 */
public final class MtprotoServer {
    private static final int MAX_KEYS = 16_384;

    private final Supplier<ServerKey> serverKey;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final AuthKeys authKeys = new AuthKeys(MAX_KEYS);
    private final MessageIds messageIds;
    private final MtprotoListener listener;

    /**
     * @param serverKey asked when the first client wants a key
     * @param listener told what clients achieve, on the thread that serves them
     */
    public MtprotoServer(Supplier<ServerKey> serverKey, InstantSource clock, MtprotoListener listener) {
        this.serverKey = serverKey;
        this.clock = clock;
        this.listener = listener;
        messageIds = new MessageIds(clock);
    }

    /** The server's end of a new connection. */
    public MtprotoConnection connect() {
        return new MtprotoConnection(this);
    }

    KeyExchange exchange() {
        return new KeyExchange(serverKey, this::made, random, clock);
    }

    private void made(AuthKey key) {
        authKeys.add(key);
        listener.keyMade(key.id());
    }

    AuthKeys authKeys() {
        return authKeys;
    }

    MessageIds messageIds() {
        return messageIds;
    }

    MtprotoListener listener() {
        return listener;
    }

    SecureRandom random() {
        return random;
    }

    Replies replies() {
        return new Replies(clock);
    }
}
