package io.mtproxy.wire.crypto;

import javax.crypto.Cipher;

import org.jspecify.annotations.Nullable;

/**
 * One direction of an AES-256-CTR stream with a 128-bit big-endian counter, as obfuscated2 uses it. Encrypting and
 * decrypting are the same. Key, iv and position are the whole state: the JDK's cipher (about 1 KB) comes with the first
 * byte, from a {@link CtrCiphers} where there is one, and can go at any time. Not thread-safe. {@link #apply} allocates
 * nothing once the cipher is there.
 */
public final class AesCtr {
    private static final byte[] ZEROS = new byte[Aes.BLOCK];

    private final byte[] key;
    private final byte[] iv;
    private final @Nullable CtrCiphers ciphers;
    private long position;
    private @Nullable Cipher cipher;
    /** the cipher does not stand at our position */
    private boolean stale;

    /** What is needed to go on elsewhere: 32 bytes, 16 bytes, and the number of bytes that the stream has gone through. */
    public record State(byte[] key, byte[] iv, long position) {}

    /** A stream at position 0. The arrays are copied; IllegalArgumentException when their lengths are wrong. */
    public AesCtr(byte[] key32, byte[] iv16) {
        this(key32, iv16, 0, null);
    }

    /** The same, with its cipher from the owner thread's own. */
    public AesCtr(byte[] key32, byte[] iv16, CtrCiphers ciphers) {
        this(key32, iv16, 0, ciphers);
    }

    /** A stream that goes on where the saved one stood. */
    public AesCtr(State state) {
        this(state.key(), state.iv(), state.position(), null);
    }

    /** The same, with its cipher from the owner thread's own. */
    public AesCtr(State state, CtrCiphers ciphers) {
        this(state.key(), state.iv(), state.position(), ciphers);
    }

    private AesCtr(byte[] key, byte[] iv, long position, @Nullable CtrCiphers ciphers) {
        this.key = Aes.copy(key, Aes.KEY, "key");
        this.iv = Aes.copy(iv, Aes.BLOCK, "iv");
        if (position < 0) {
            throw new IllegalArgumentException("position " + position + ", expected 0 or more");
        }
        this.position = position;
        this.ciphers = ciphers;
    }

    /**
     * En- or decrypts {@code len} bytes and moves on. {@code src} and {@code dst} must be different arrays
     * (IllegalArgumentException): in place halves the speed.
     */
    public void apply(byte[] src, int srcOff, int len, byte[] dst, int dstOff) {
        Aes.check(src, srcOff, len, dst, dstOff);
        if (len > 0) {
            Aes.update(ready(), src, srcOff, len, dst, dstOff);
            position += len;
        }
    }

    /** Moves on without output, for example over the 64-byte header. */
    public void skip(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("skip of " + bytes + " bytes, expected 0 or more");
        }
        position = Math.addExact(position, bytes);
        stale = true;
    }

    /** The number of bytes that the stream has gone through. */
    public long position() {
        return position;
    }

    /** A copy of the state; the stream is not touched. */
    public State save() {
        return new State(key.clone(), iv.clone(), position);
    }

    /** Gives the cipher back until the next {@link #apply}: for a stream that is expected to rest, or has ended. */
    public void idle() {
        Cipher current = cipher;
        if (current != null && ciphers != null) {
            ciphers.give(current);
        }
        cipher = null;
    }

    private Cipher ready() {
        Cipher current = cipher;
        if (current == null) {
            current = ciphers == null ? Aes.ctr() : ciphers.take();
            cipher = current;
            stale = true;
        }
        if (stale) {
            seek(current);
            stale = false;
        }
        return current;
    }

    private void seek(Cipher target) {
        Aes.init(target, Cipher.ENCRYPT_MODE, key, counter(iv, position / Aes.BLOCK));
        int into = (int) (position % Aes.BLOCK);
        if (into > 0) {
            Aes.update(target, ZEROS, 0, into, new byte[Aes.BLOCK], 0);
        }
    }

    /** The counter of a block: iv plus the block's number, as 128-bit big-endian numbers that wrap. */
    static byte[] counter(byte[] iv, long block) {
        long low = Bytes.int64BigEndian(iv, 8);
        long sum = low + block;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        byte[] counter = new byte[Aes.BLOCK];
        Bytes.putInt64BigEndian(counter, 0, Bytes.int64BigEndian(iv, 0) + carry);
        Bytes.putInt64BigEndian(counter, 8, sum);
        return counter;
    }
}
