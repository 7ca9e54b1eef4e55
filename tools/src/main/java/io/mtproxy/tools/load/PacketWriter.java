package io.mtproxy.tools.load;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.util.random.RandomGenerator;

/** Frames, pads and encrypts what a client sends. One thread. */
final class PacketWriter {

    private static final int MAX_PADDING = 3;

    private final Transport transport;
    private final AesCtr cipher;
    private final OutputStream out;
    private final RandomGenerator random;
    /** The 64 bytes that go out before everything else; empty once they are gone. */
    private byte[] header;
    private byte[] plain = new byte[0];
    private byte[] encrypted = new byte[0];

    PacketWriter(Transport transport, AesCtr cipher, byte[] header, OutputStream out, RandomGenerator random) {
        this.transport = transport;
        this.cipher = cipher;
        this.header = header;
        this.out = out;
        this.random = random;
    }

    void write(byte[] packet, int length, boolean quickAck) throws IOException {
        int body = PacketHeader.MAX_PREFIX;
        reserve(body + length + MAX_PADDING);
        System.arraycopy(packet, 0, plain, body, length);
        int padding = PacketHeader.padding(transport, random);
        for (int i = 0; i < padding; i++) {
            plain[body + length + i] = (byte) random.nextInt();
        }
        int prefix = PacketHeader.encode(transport, length + padding, quickAck, plain, body);
        flush(body - prefix, prefix + length + padding);
    }

    private void flush(int from, int length) throws IOException {
        System.arraycopy(header, 0, encrypted, 0, header.length);
        cipher.apply(plain, from, length, encrypted, header.length);
        out.write(encrypted, 0, header.length + length);
        header = new byte[0];
    }

    private void reserve(int bytes) {
        if (plain.length < bytes) {
            plain = new byte[bytes];
            encrypted = new byte[bytes + header.length];
        }
    }
}
