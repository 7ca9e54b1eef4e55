package io.mtproxy.tools.load;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts and takes apart what the proxy sends to a client. Acknowledgements stand unframed between the packets; with
 * padded framing the C program wraps some of them in packets of their own (wire-protocol 1.3). One thread.
 */
final class PacketReader {

    private static final int FIRST_READ = 16 * 1024;
    private static final int LARGEST_READ = 128 * 1024;
    private static final int ACK = 4;
    /** A wrapped acknowledgement holds at most marker, confirmation and one random word. */
    private static final int MAX_WRAPPED = 12;
    private static final int WRAPPED_ACK = 0xffffffff;
    private static final int WRAPPED_NOTHING = 0;

    private final Transport transport;
    private final AesCtr cipher;
    private final PacketHeader header = new PacketHeader();
    private byte[] encrypted = new byte[FIRST_READ];
    private byte[] plain = new byte[FIRST_READ];
    private int start;
    private int end;

    PacketReader(Transport transport, AesCtr cipher) {
        this.transport = transport;
        this.cipher = cipher;
    }

    /** Reads once from the socket. @return false at the end of the stream */
    boolean fill(InputStream in) throws IOException {
        makeRoom();
        int read = in.read(encrypted, 0, Math.min(encrypted.length, plain.length - end));
        if (read < 0) {
            return false;
        }
        cipher.apply(encrypted, 0, read, plain, end);
        end += read;
        return true;
    }

    /** The next thing that is complete, or null. */
    @Nullable
    Incoming next() {
        Incoming incoming;
        do {
            int before = start;
            incoming = startsWithAck() ? ack() : packet();
            if (start == before) {
                return null;
            }
        } while (incoming == null);
        return incoming;
    }

    private boolean startsWithAck() {
        int marked = transport == Transport.ABRIDGED ? start : start + 3;
        return marked < end && plain[marked] < 0;
    }

    private @Nullable Incoming ack() {
        if (end - start < ACK) {
            return null;
        }
        int raw = Bytes.int32(plain, start);
        start += ACK;
        return new Incoming.Ack(transport == Transport.ABRIDGED ? Integer.reverseBytes(raw) : raw);
    }

    private @Nullable Incoming packet() {
        if (!header.decode(transport, plain, start, end - start)) {
            return null;
        }
        int whole = header.prefixLength() + header.bodyLength();
        if (end - start < whole) {
            return null;
        }
        int body = start + header.prefixLength();
        start += whole;
        return transport == Transport.PADDED && header.payloadLength() <= MAX_WRAPPED
                ? wrapped(body, header.payloadLength())
                : new Incoming.Packet(plain, body, header.payloadLength());
    }

    private @Nullable Incoming wrapped(int body, int length) {
        int marker = Bytes.int32(plain, body);
        if (marker == WRAPPED_ACK && length >= 2 * ACK) {
            return new Incoming.Ack(Bytes.int32(plain, body + ACK));
        }
        return marker == WRAPPED_NOTHING ? null : new Incoming.Packet(plain, body, length);
    }

    /** Keeps a quarter of the buffer free, by moving what is left to its start or by a larger one. */
    private void makeRoom() {
        if (plain.length - end >= plain.length / 4) {
            return;
        }
        int left = end - start;
        if (left > plain.length / 2) {
            byte[] larger = new byte[2 * plain.length];
            System.arraycopy(plain, start, larger, 0, left);
            plain = larger;
            encrypted = new byte[Math.min(larger.length, LARGEST_READ)];
        } else {
            System.arraycopy(plain, start, plain, 0, left);
        }
        start = 0;
        end = left;
    }
}
