package io.mtproxy.wire.crypto;

import java.util.zip.Checksum;

/** A 32-bit checksum calculator: reusable, one owner thread, no allocation per call. Made by {@link ChecksumKind}. */
public final class Checksum32 {
    private final ChecksumKind kind;
    private final Checksum checksum;

    Checksum32(ChecksumKind kind, Checksum checksum) {
        this.kind = kind;
        this.checksum = checksum;
    }

    /** The checksum of {@code len} bytes. */
    public int of(byte[] b, int off, int len) {
        checksum.reset();
        checksum.update(b, off, len);
        return (int) checksum.getValue();
    }

    /** Which of the two it calculates. */
    public ChecksumKind kind() {
        return kind;
    }
}
