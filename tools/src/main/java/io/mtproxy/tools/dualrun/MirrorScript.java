package io.mtproxy.tools.dualrun;

import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a client sends in one mirrored session: everything follows from the number. Packets that a proxy forwards, packets
 * that it has to drop, and as the last one a mark that is always forwarded.
 *
 * @param number of the session, seed of everything random in it
 * @param transport framing
 * @param dc data centre
 * @param packets in their order
 */
record MirrorScript(int number, Transport transport, int dc, List<byte[]> packets) {

    private static final int PACKETS = 40;
    private static final int[] SIZES = {56, 60, 124, 504, 508, 512, 1024, 4096, 65_536, 262_144};
    private static final int[] KEY_EXCHANGE = {0x60469778, 0xbe7e8ef1, 0xd712e4be, 0xf5045f1f};
    /** The auth key id of the last packet. */
    private static final long MARK = 0x6b72_616d_7473_616cL;

    static MirrorScript of(int number, Transport transport, int dc) {
        SplittableRandom random = new SplittableRandom(number);
        List<byte[]> packets = new ArrayList<>();
        for (int i = 0; i < PACKETS; i++) {
            packets.add(packet(random));
        }
        byte[] last = bytes(random, 64);
        Bytes.putInt64(last, 0, MARK);
        packets.add(last);
        return new MirrorScript(number, transport, dc, packets);
    }

    /** Is this the last packet of any session? */
    static boolean last(byte[] packet) {
        return packet.length >= 8 && Bytes.int64(packet, 0) == MARK;
    }

    /** Whether this packet asks for a quick acknowledgement. */
    boolean quickAck(int index) {
        return index % 5 == 0;
    }

    private static byte[] packet(SplittableRandom random) {
        return switch (random.nextInt(10)) {
            case 0 -> keyExchange(random, KEY_EXCHANGE[random.nextInt(KEY_EXCHANGE.length)]);
            case 1 -> keyExchange(random, random.nextInt()); // unencrypted and unknown: to be dropped
            case 2 -> bytes(random, 4 * random.nextInt(1, 14)); // too short for encrypted: to be dropped
            default -> bytes(random, SIZES[random.nextInt(SIZES.length)]);
        };
    }

    private static byte[] keyExchange(SplittableRandom random, int type) {
        byte[] packet = bytes(random, 40);
        Bytes.putInt64(packet, 0, 0);
        Bytes.putInt32(packet, 16, 20);
        Bytes.putInt32(packet, 20, type);
        return packet;
    }

    /** With an auth key id that is neither 0 nor that of the load or the mark. */
    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] b = new byte[length];
        random.nextBytes(b);
        b[0] = (byte) 0x11;
        return b;
    }

    @Override
    public String toString() {
        return "session " + number + " (" + transport + ", data centre " + dc + ")";
    }
}
