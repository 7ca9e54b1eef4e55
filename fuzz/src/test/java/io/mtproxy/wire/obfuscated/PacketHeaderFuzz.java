package io.mtproxy.wire.obfuscated;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.ProtocolException;

/** Prefixes of packets: bounds, the same with fewer bytes at hand, and back. */
public final class PacketHeaderFuzz {
    private static final int MAX_ALLOCATION = 16 << 10;

    private PacketHeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 16L * data.length, () -> check(new Input(data)));
    }

    /** null: more bytes are needed */
    private record Reading(boolean refused, int prefix, int body, int payload, boolean quickAck) {}

    private static void check(Input in) {
        Transport transport = Transport.values()[in.choice(3)];
        byte[] b = in.rest();
        Reading whole = read(transport, b, b.length);
        for (int n = 0; n < Math.min(b.length, 8); n++) {
            Reading early = read(transport, b, n);
            require(early == null || early.equals(whole), "with " + n + " bytes " + early + ", with all " + whole);
        }
        require(whole != null || b.length < 4, "undecided with " + b.length + " bytes");
        if (whole != null && !whole.refused) {
            bounds(transport, whole);
            again(transport, whole);
        }
    }

    private static void bounds(Transport transport, Reading r) {
        require(r.prefix == 1 || r.prefix == PacketHeader.MAX_PREFIX, "prefix of " + r.prefix);
        require(r.body > 0 && r.body <= PacketHeader.MAX_PACKET, "body of " + r.body);
        require(r.payload > 0 && r.payload % 4 == 0 && r.payload <= r.body, "payload of " + r.payload);
        require(r.body - r.payload < (transport == Transport.PADDED ? 4 : 1), "padding of " + (r.body - r.payload));
    }

    private static void again(Transport transport, Reading r) {
        byte[] encoded = new byte[PacketHeader.MAX_PREFIX];
        int n = PacketHeader.encode(transport, r.body, r.quickAck, encoded, encoded.length);
        byte[] prefix = new byte[n];
        System.arraycopy(encoded, encoded.length - n, prefix, 0, n);
        Reading expected = new Reading(false, n, r.body, r.payload, r.quickAck);
        same(read(transport, prefix, n), expected, "encoded and read again");
    }

    private static Reading read(Transport transport, byte[] b, int available) {
        PacketHeader header = new PacketHeader();
        try {
            return header.decode(transport, b, 0, available)
                    ? new Reading(false, header.prefixLength(), header.bodyLength(), header.payloadLength(),
                            header.quickAck())
                    : null;
        } catch (ProtocolException e) {
            require(e.kind() == ProtocolException.Kind.LENGTH || e.kind() == ProtocolException.Kind.TOO_LONG,
                    "kind " + e.kind());
            return new Reading(true, 0, 0, 0, false);
        }
    }
}
