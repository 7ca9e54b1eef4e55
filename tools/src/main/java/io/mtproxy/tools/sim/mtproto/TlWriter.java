package io.mtproxy.tools.sim.mtproto;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Writes TL values, one after the other. */
final class TlWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    TlWriter int32(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write(value >>> shift);
        }
        return this;
    }

    TlWriter int64(long value) {
        return int32((int) value).int32((int) (value >>> 32));
    }

    TlWriter raw(byte[] value) {
        out.writeBytes(value);
        return this;
    }

    /** A TL string; see {@link TlReader#bytes()}. */
    TlWriter bytes(byte[] value) {
        int prefix = value.length < 254 ? 1 : 4;
        if (prefix == 1) {
            out.write(value.length);
        } else {
            int32(0xfe | (value.length << 8));
        }
        raw(value);
        return raw(new byte[-(prefix + value.length) & 3]);
    }

    TlWriter string(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** A number as a TL string: big-endian, no leading zero bytes. */
    TlWriter number(BigInteger value) {
        return bytes(Numbers.unsigned(value));
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}
