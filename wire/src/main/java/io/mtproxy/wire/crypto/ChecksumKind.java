package io.mtproxy.wire.crypto;

import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** The two checksums of RPC frames: CRC-32 at the start, CRC-32C once both handshakes offered it. */
public enum ChecksumKind {
    /** IEEE, as in zlib */
    CRC32,
    /** Castagnoli, reflected, init and xor-out ffffffff */
    CRC32C;

    /** A calculator for one owner thread. */
    public Checksum32 create() {
        return new Checksum32(this, switch (this) {
            case CRC32 -> new CRC32();
            case CRC32C -> new CRC32C();
        });
    }
}
