package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.DiffieHellman;
import io.mtproxy.wire.crypto.RpcKeys;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.ProcessId;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** What is said before a link is ready: our nonce, the middle proxy's, the keys from both, and who we are. */
final class LinkHandshake {
    private static final SecureRandom RANDOM = new SecureRandom();
    /** C: the two clocks may differ so much. */
    private static final int CLOCK_SKEW_SECONDS = 30;
    private static final int LOOPBACK = 0x7f000001;

    private final TelegramSettings settings;
    private final byte @Nullable [] secret;
    private final Nonce ours;
    private final @Nullable DiffieHellman dh;

    LinkHandshake(TelegramSettings settings, long unixSeconds) {
        this.settings = settings;
        this.secret = settings.secret();
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        int key = secret == null ? 0 : Bytes.int32(secret, 0);
        dh = settings.forceDh() ? DiffieHellman.create(RANDOM) : null;
        ours = dh == null
                ? Nonce.aes(key, (int) unixSeconds, nonce)
                : Nonce.dh(key, (int) unixSeconds, nonce, dh.publicValue());
    }

    /** The ciphers of a link. */
    record Ciphers(AesCbc fromTelegram, AesCbc toTelegram) {}

    Nonce nonce() {
        return ours;
    }

    /** Checks the middle proxy's nonce and derives the keys. The ends are those of the socket. */
    Ciphers keys(Nonce theirs, Endpoint local, Endpoint remote) {
        byte[] shared = secret;
        if (shared == null) { // as C: it connects nevertheless
            throw new ProtocolException(ProtocolException.Kind.NONCE,
                    "no key: Telegram's shared secret is missing (expected: --aes-pwd FILE)");
        }
        DiffieHellman exchange = dh;
        byte[] theirPublic = theirs.dhPublic();
        if (exchange != null
                ? theirPublic == null
                : theirs.schema() != Nonce.SCHEMA_AES && theirs.schema() != Nonce.SCHEMA_AES_EXTRA) {
            throw refused("schema " + theirs.schema() + " (expected: "
                    + (exchange == null ? "1, AES)" : "3, AES with Diffie-Hellman)"));
        }
        if (theirs.keySelect() != ours.keySelect() && !theirs.extraKeys().contains(ours.keySelect())) {
            throw refused("key " + Integer.toHexString(theirs.keySelect()) + " (expected: "
                    + Integer.toHexString(ours.keySelect()) + ", the first bytes of the secret file)");
        }
        long skew = Math.abs((long) theirs.time() - ours.time());
        if (skew > CLOCK_SKEW_SECONDS) {
            throw refused("clock differs by " + skew + " s (expected: at most " + CLOCK_SKEW_SECONDS + ")");
        }
        if (local.address().length != remote.address().length) { // told by a proxy in between
            throw new ProtocolException(ProtocolException.Kind.HANDSHAKE,
                    "our end is " + local + " (expected: one of the family of " + remote + ")");
        }
        RpcKeys.Material material = new RpcKeys.Material(ours.nonce16(), theirs.nonce16(), ours.time(), end(local),
                end(remote));
        byte[] exchanged = exchange == null || theirPublic == null ? null : exchange.shared(theirPublic);
        RpcKeys.Direction write = RpcKeys.derive(RpcKeys.Role.CLIENT, material, shared, exchanged);
        RpcKeys.Direction read = RpcKeys.derive(RpcKeys.Role.SERVER, material, shared, exchanged);
        return new Ciphers(AesCbc.decryptor(read.key(), read.iv()), AesCbc.encryptor(write.key(), write.iv()));
    }

    private RpcKeys.Endpoint end(Endpoint e) {
        return new RpcKeys.Endpoint(settings.nat().translate(e.address()), e.port());
    }

    /** Our handshake; the middle proxy's own address is left out where C leaves it out. */
    Handshake handshake(Endpoint remote) {
        byte[] a = remote.address();
        int ip = a.length == 4 ? Integer.reverseBytes(Bytes.int32(a, 0)) : 0;
        return new Handshake(Handshake.FLAG_CRC32C, settings.self(),
                new ProcessId(ip == LOOPBACK ? 0 : ip, remote.port(), 0, 0));
    }

    /** Checks the answer; true when both directions use CRC-32C from now on. */
    boolean castagnoli(Handshake theirs) {
        if ((theirs.flags() & 0xff) != 0) {
            throw new ProtocolException(ProtocolException.Kind.HANDSHAKE,
                    "handshake flags " + Integer.toHexString(theirs.flags()) + " (expected: low byte 0)");
        }
        ProcessId named = theirs.peer();
        ProcessId self = settings.self();
        if (differs(named.ip(), self.ip()) || differs(named.port(), self.port()) || differs(named.pid(), self.pid())
                || differs(named.utime(), self.utime())) {
            throw new ProtocolException(ProtocolException.Kind.HANDSHAKE,
                    "handshake for " + named + " (expected: " + self + ")");
        }
        return (theirs.flags() & Handshake.FLAG_CRC32C) != 0;
    }

    private static boolean differs(int named, int own) {
        return named != 0 && named != own;
    }

    private static ProtocolException refused(String why) {
        return new ProtocolException(ProtocolException.Kind.NONCE, "nonce with " + why);
    }
}
