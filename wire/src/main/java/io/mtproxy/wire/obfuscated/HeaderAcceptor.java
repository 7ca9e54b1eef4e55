package io.mtproxy.wire.obfuscated;

import static io.mtproxy.wire.obfuscated.ObfuscatedHeader.IV;
import static io.mtproxy.wire.obfuscated.ObfuscatedHeader.KEY;
import static io.mtproxy.wire.obfuscated.ObfuscatedHeader.LENGTH;
import static io.mtproxy.wire.obfuscated.ObfuscatedHeader.MATERIAL;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.CtrCiphers;
import io.mtproxy.wire.crypto.CtrProbe;
import io.mtproxy.wire.crypto.Digests;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the secret that a client's header was made with. A wrong secret costs one SHA-256 and one AES block: only the
 * keystream of the header's last block is made. Reusable, one owner thread, which has to be that of the streams, too: they
 * lend each other their ciphers.
 */
public final class HeaderAcceptor {
    /** the block that holds tag and dc: bytes 48..63 of the stream */
    private static final int BLOCK = 3;
    private static final int BLOCK_OFF = 48;

    private final MessageDigest sha256 = Digests.newSha256();
    private final CtrProbe probe = new CtrProbe();
    private final CtrCiphers ciphers = new CtrCiphers();
    private final byte[] key = new byte[KEY];
    private final byte[] iv = new byte[IV];
    private final byte[] end = new byte[LENGTH - BLOCK_OFF];

    /** A stream of a header that was accepted elsewhere, to go on here. */
    public AesCtr stream(AesCtr.State saved) {
        return new AesCtr(saved, ciphers);
    }

    /**
     * Tries the secrets in order; an empty list means no secret at all, with unhashed keys.
     *
     * @return null when none fits
     * @throws IndexOutOfBoundsException when {@code b} does not hold 64 bytes at {@code off}
     */
    public @Nullable Accepted accept(byte[] b, int off, List<byte[]> secrets) {
        return accept(b, off, secrets, -1);
    }

    /**
     * The same, with a likely secret first.
     *
     * @param hint its index; any other number: none
     */
    public @Nullable Accepted accept(byte[] b, int off, List<byte[]> secrets, int hint) {
        Objects.checkFromIndexSize(off, LENGTH, b.length);
        System.arraycopy(b, off + MATERIAL + KEY, iv, 0, IV);
        probe.block(iv, BLOCK);
        if (secrets.isEmpty()) {
            return attempt(b, off, null, -1);
        }
        if (hint >= 0 && hint < secrets.size()) {
            Accepted accepted = attempt(b, off, secrets.get(hint), hint);
            if (accepted != null) {
                return accepted;
            }
        }
        for (int i = 0; i < secrets.size(); i++) {
            Accepted accepted = i == hint ? null : attempt(b, off, secrets.get(i), i);
            if (accepted != null) {
                return accepted;
            }
        }
        return null;
    }

    private @Nullable Accepted attempt(byte[] b, int off, byte @Nullable [] secret, int index) {
        deriveKey(b, off + MATERIAL, secret);
        probe.apply(key, b, off + BLOCK_OFF, end);
        Transport transport = Transport.ofTag(Bytes.int32(end, 8));
        if (transport == null) {
            return null;
        }
        AesCtr fromClient = new AesCtr(key, iv, ciphers);
        fromClient.skip(LENGTH);
        return new Accepted(transport, Bytes.int16(end, 12), index, fromClient, toClient(b, off, secret));
    }

    private AesCtr toClient(byte[] b, int off, byte @Nullable [] secret) {
        byte[] material = ObfuscatedHeader.reversed(b, off);
        deriveKey(material, 0, secret);
        return new AesCtr(key, Arrays.copyOfRange(material, KEY, KEY + IV), ciphers);
    }

    private void deriveKey(byte[] b, int off, byte @Nullable [] secret) {
        if (secret == null) {
            System.arraycopy(b, off, key, 0, KEY);
            return;
        }
        sha256.update(b, off, KEY);
        sha256.update(secret);
        try {
            sha256.digest(key, 0, KEY);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 is not " + KEY + " bytes long", e);
        }
    }
}
