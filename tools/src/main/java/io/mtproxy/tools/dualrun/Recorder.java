package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * Telegram's side of a mirrored session: notes every request, apart from what belongs to a run (connection id, ports), and
 * answers with bytes that follow from the packet. Load packets are answered and not noted. Any thread.
 */
final class Recorder implements PacketService {

    private static final int CONNECTION_ID = 8;
    private static final int CLIENT_PORT = 32;
    private static final int OUR_PORT = 52;
    private static final int MAX_ANSWER_WORDS = 1024;

    private final LoadService load = new LoadService();
    private final List<byte[]> requests = new ArrayList<>();

    @Override
    public boolean packet(SimulatedSession session, byte[] packet) throws IOException {
        if (load.packet(session, packet)) {
            return true;
        }
        byte[] head = session.head().clone();
        Bytes.putInt64(head, CONNECTION_ID, 0);
        Bytes.putInt32(head, CLIENT_PORT, 0);
        Bytes.putInt32(head, OUR_PORT, 0);
        byte[] request = HexFormat.of().parseHex(HexFormat.of().formatHex(head) + HexFormat.of().formatHex(packet));
        synchronized (this) {
            requests.add(request);
        }
        session.answer(MirrorScript.last(packet) ? packet : answer(packet));
        return true;
    }

    /** What has come since the last call. */
    synchronized List<byte[]> take() {
        List<byte[]> taken = List.copyOf(requests);
        requests.clear();
        return taken;
    }

    private static byte[] answer(byte[] packet) {
        CRC32 crc = new CRC32();
        crc.update(packet);
        SplittableRandom random = new SplittableRandom(crc.getValue());
        byte[] answer = new byte[4 * random.nextInt(2, MAX_ANSWER_WORDS)];
        random.nextBytes(answer);
        answer[0] = (byte) 0x22;
        return answer;
    }
}
