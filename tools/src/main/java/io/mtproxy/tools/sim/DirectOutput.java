package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/** Frames and encrypts what goes to a client. Any thread; blocks while the socket is full. */
final class DirectOutput {
    private static final int ACK = 4;

    private final Socket socket;
    private final Transport transport;
    private final AesCtr cipher;
    private final LongAdder bytesOut;
    private final SplittableRandom random = new SplittableRandom();

    DirectOutput(Socket socket, Transport transport, AesCtr cipher, LongAdder bytesOut) {
        this.socket = socket;
        this.transport = transport;
        this.cipher = cipher;
        this.bytesOut = bytesOut;
    }

    synchronized void packet(byte[] data) throws IOException {
        int padding = PacketHeader.padding(transport, random);
        byte[] framed = new byte[PacketHeader.MAX_PREFIX + data.length + padding];
        System.arraycopy(data, 0, framed, PacketHeader.MAX_PREFIX, data.length);
        for (int i = 0; i < padding; i++) {
            framed[PacketHeader.MAX_PREFIX + data.length + i] = (byte) random.nextInt();
        }
        int prefix = PacketHeader.encode(transport, data.length + padding, false, framed, PacketHeader.MAX_PREFIX);
        write(framed, PacketHeader.MAX_PREFIX - prefix);
    }

    synchronized void simpleAck(int confirm) throws IOException {
        byte[] ack = new byte[ACK];
        PacketHeader.encodeAck(transport, confirm, ack, 0);
        write(ack, 0);
    }

    /** The end of what we say; what was said before still arrives. */
    synchronized void finish() throws IOException {
        socket.shutdownOutput();
    }

    private void write(byte[] plain, int from) throws IOException {
        byte[] encrypted = new byte[plain.length - from];
        cipher.apply(plain, from, encrypted.length, encrypted, 0);
        socket.getOutputStream().write(encrypted);
        bytesOut.add(encrypted.length);
    }
}
