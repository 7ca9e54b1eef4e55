package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Decrypts and takes apart what a client sends, behind its header. One thread. */
final class DirectInput {
    private static final int LONG_FORM = 0x7f;

    private final InputStream in;
    private final Transport transport;
    private final AesCtr cipher;
    private final LongAdder bytesIn;
    private final PacketHeader header = new PacketHeader();
    private final byte[] prefix = new byte[PacketHeader.MAX_PREFIX];

    DirectInput(InputStream in, Transport transport, AesCtr cipher, LongAdder bytesIn) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.transport = transport;
        this.cipher = cipher;
        this.bytesIn = bytesIn;
    }

    /**
     * Waits for the next packet.
     *
     * @return false at the end of the stream, also inside a packet
     * @throws io.mtproxy.wire.ProtocolException for a length that is none
     */
    boolean next() throws IOException {
        int length = transport == Transport.ABRIDGED ? 1 : PacketHeader.MAX_PREFIX;
        if (!read(prefix, 0, length)) {
            return false;
        }
        if (transport == Transport.ABRIDGED && (prefix[0] & LONG_FORM) == LONG_FORM) {
            if (!read(prefix, 1, PacketHeader.MAX_PREFIX - 1)) {
                return false;
            }
            length = PacketHeader.MAX_PREFIX;
        }
        return header.decode(transport, prefix, 0, length);
    }

    /** The packet itself, without what fills its last word; empty when the stream ended in it. */
    byte[] packet() throws IOException {
        byte[] body = new byte[header.bodyLength()];
        if (!read(body, 0, body.length)) {
            return new byte[0];
        }
        bytesIn.add((long) header.prefixLength() + body.length);
        return Arrays.copyOf(body, header.payloadLength());
    }

    /** Whether the client wants a quick acknowledgement of it. */
    boolean quickAck() {
        return header.quickAck();
    }

    private boolean read(byte[] b, int off, int length) throws IOException {
        byte[] encrypted = in.readNBytes(length);
        cipher.apply(encrypted, 0, encrypted.length, b, off);
        return encrypted.length == length;
    }
}
