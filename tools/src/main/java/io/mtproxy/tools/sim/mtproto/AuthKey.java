package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.wire.crypto.Digests;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An authorization key and what the server keeps with it: the salt, and the sequence number of each session that a client
 * opened with it (the oldest are forgotten). Any thread.
 */
final class AuthKey {
    private static final int MAX_SESSIONS = 64;

    private final byte[] key;
    private final long id;
    private final long salt;
    private final Map<Long, AtomicInteger> sessions = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, AtomicInteger> eldest) {
            return size() > MAX_SESSIONS;
        }
    };

    /** Key of 256 bytes. */
    AuthKey(byte[] key, long salt) {
        this.key = key;
        this.salt = salt;
        id = idOf(key);
    }

    /** The lower 64 bits of the key's SHA-1. */
    static long idOf(byte[] key) {
        return new TlReader(Digests.sha1(key), 12, 8).int64();
    }

    byte[] key() {
        return key;
    }

    long id() {
        return id;
    }

    long salt() {
        return salt;
    }

    /** Returns true when the session is new. */
    boolean open(long session) {
        synchronized (sessions) {
            return sessions.putIfAbsent(session, new AtomicInteger()) == null;
        }
    }

    void forget(long session) {
        synchronized (sessions) {
            sessions.remove(session);
        }
    }

    /** The sequence number of the server's next message in a session: odd when the client has to acknowledge it. */
    int nextSequence(long session, boolean acknowledged) {
        synchronized (sessions) {
            AtomicInteger counter = sessions.computeIfAbsent(session, id -> new AtomicInteger());
            return acknowledged ? counter.getAndAdd(2) | 1 : counter.get();
        }
    }
}
