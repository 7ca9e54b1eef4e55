package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.sim.SimulatedSession;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same client bytes through the C program ({@code MTPROXY_C_BINARY}) and through ours: Telegram sees the same requests,
 * byte for byte apart from what belongs to a run (connection id, ports), and the same packets are refused.
 */
@Tag("differential")
class DifferentialIT {
    private static final String TAG = "0123456789abcdef0123456789abcdef";
    private static final int[] KEY_EXCHANGE = {0x60469778, 0xbe7e8ef1, 0xd712e4be, 0xf5045f1f};
    private static final long SENTINEL = 0x1234_5678_9abc_def0L;

    /** What Telegram was given: flags, addresses, tag and packet, in hex. */
    private static final class Requests {
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final LoadService load = new LoadService();

        /** Load packets of the start-up probe are answered, all others noted. */
        boolean note(SimulatedSession session, byte[] packet) throws IOException {
            if (load.packet(session, packet)) {
                return true;
            }
            byte[] head = session.head().clone();
            Bytes.putInt64(head, 8, 0); // connection id
            Bytes.putInt32(head, 32, 0); // the client's port
            Bytes.putInt32(head, 52, 0); // our port
            seen.add(HexFormat.of().formatHex(head) + " " + HexFormat.of().formatHex(packet));
            return true;
        }
    }

    @ParameterizedTest
    @CsvSource({"ABRIDGED,2,false", "INTERMEDIATE,-3,true", "PADDED,10002,false", "PADDED,4,true"})
    void telegramSeesTheSame(Transport transport, int dc, boolean tagged, @TempDir Path directory) throws Exception {
        List<byte[]> packets = packets(new SplittableRandom(dc));
        assertThat(packets).hasSizeGreaterThan(200);
        List<String> ours = run(ProxyOptions.defaultExecutable(), Files.createDirectory(directory.resolve("ours")),
                transport, dc, tagged, packets);
        List<String> theirs = run(Path.of(System.getenv("MTPROXY_C_BINARY")),
                Files.createDirectory(directory.resolve("c")), transport, dc, tagged, packets);
        assertThat(theirs).as("packets that C forwards").hasSizeGreaterThan(packets.size());
        assertThat(firstDifference(ours, theirs)).isEqualTo("none");
    }

    @ParameterizedTest
    @CsvSource({"INTERMEDIATE,0", "INTERMEDIATE,57", "INTERMEDIATE,1044484", "INTERMEDIATE,1073741824", "PADDED,0",
            "PADDED,1044481", "ABRIDGED,0"})
    void lengthsOnWhichBothClose(Transport transport, int length, @TempDir Path directory) throws Exception {
        assertThat(closes(ProxyOptions.defaultExecutable(), Files.createDirectory(directory.resolve("ours")), transport,
                length)).as("ours closes").isTrue();
        assertThat(closes(Path.of(System.getenv("MTPROXY_C_BINARY")), Files.createDirectory(directory.resolve("c")),
                transport, length)).as("C closes").isTrue();
    }

    /** Every packet is followed by one that is always forwarded, so that what is refused shows. */
    private static List<String> run(Path executable, Path directory, Transport transport, int dc, boolean tagged,
            List<byte[]> packets) throws Exception {
        Requests requests = new Requests();
        try (World world = start(executable, directory, requests, tagged)) {
            try (ClientConnection client = ClientConnection.open(
                    new ClientSettings(world.proxy().address(), transport, dc, World.KEY,
                            Duration.ofSeconds(20)),
                    new SplittableRandom(42))) {
                for (int i = 0; i < packets.size(); i++) {
                    client.send(packets.get(i), packets.get(i).length, i % 5 == 0);
                    client.send(sentinel(i), 64, false);
                }
                String last = HexFormat.of().formatHex(sentinel(packets.size() - 1));
                Await.until("the last packet has arrived", Duration.ofSeconds(20),
                        () -> !requests.seen.isEmpty() && requests.seen.getLast().endsWith(last));
            }
            return List.copyOf(requests.seen);
        }
    }

    /** A list of megabytes is no message: only where the two part, cut short. */
    private static String firstDifference(List<String> ours, List<String> theirs) {
        int at = 0;
        while (at < Math.min(ours.size(), theirs.size()) && ours.get(at).equals(theirs.get(at))) {
            at++;
        }
        return at == ours.size() && at == theirs.size()
                ? "none"
                : "request " + at + ": ours " + cut(ours, at) + ", C " + cut(theirs, at);
    }

    private static String cut(List<String> requests, int at) {
        if (at >= requests.size()) {
            return "has none";
        }
        String request = requests.get(at);
        return request.length() / 2 + " bytes " + request.substring(0, Math.min(request.length(), 400));
    }

    private static World start(Path executable, Path directory, Requests requests, boolean tagged) throws IOException {
        return World.Plan.ours().executable(executable).service(requests::note)
                .arguments(tagged ? new String[] {"-P", TAG} : new String[0]).serving(directory);
    }

    private static boolean closes(Path executable, Path directory, Transport transport, int length) throws Exception {
        try (World world = start(executable, directory, new Requests(), false);
                RawClient client = new RawClient(world.proxy().address(), transport, World.KEY)) {
            byte[] b = new byte[4 + 64];
            if (transport != Transport.ABRIDGED) {
                Bytes.putInt32(b, 0, length);
            }
            client.send(b);
            return client.closedByProxy(Duration.ofSeconds(5));
        }
    }

    private static byte[] sentinel(int index) {
        byte[] packet = new byte[64];
        Bytes.putInt64(packet, 0, SENTINEL);
        Bytes.putInt32(packet, 8, index);
        return packet;
    }

    /** Around every bound of the rules for what is forwarded. */
    private static List<byte[]> packets(SplittableRandom random) {
        List<byte[]> packets = new ArrayList<>();
        for (int length = 4; length <= 80; length += 4) { // encrypted: 56 and more
            packets.add(packet(random, length, 0x0102030405060708L, 0, 0));
            packets.add(packet(random, length, 1L << 63, 0, 0));
        }
        for (int length = 20; length <= 60; length += 4) { // unencrypted: the inner length and the type decide
            for (int inner : new int[] {-1, 0, 16, 19, 20, 21, 24, length - 24, length - 20, length - 19, length - 16,
                    Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                packets.add(packet(random, length, 0, inner, KEY_EXCHANGE[packets.size() % 4]));
            }
        }
        for (int type : KEY_EXCHANGE) {
            packets.add(packet(random, 40, 0, 20, type));
            packets.add(packet(random, 40, 0, 20, type + 1));
            packets.add(packet(random, 400, 0, 380, type));
        }
        packets.add(packet(random, 40, 0, 20, 0));
        for (int length : new int[] {12, 16, 56}) { // a ping is for the proxy itself
            byte[] ping = packet(random, length, 7, 0, 0);
            Bytes.putInt32(ping, 0, RpcType.PING);
            packets.add(ping);
        }
        packets.add(packet(random, PacketHeader.MAX_PACKET - 4, 5, 0, 0));
        packets.add(packet(random, 508, 5, 0, 0));
        packets.add(packet(random, 512, 5, 0, 0));
        return packets;
    }

    private static byte[] packet(SplittableRandom random, int length, long authKey, int inner, int type) {
        byte[] packet = new byte[Math.max(length, 24)];
        random.nextBytes(packet);
        Bytes.putInt64(packet, 0, authKey);
        if (authKey == 0) {
            Bytes.putInt32(packet, 16, inner);
            Bytes.putInt32(packet, 20, type);
        }
        return Arrays.copyOf(packet, length);
    }
}
