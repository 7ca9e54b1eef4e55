package io.mtproxy.proxy.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.client.ClientState;
import io.mtproxy.proxy.client.GreetingState;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.front.SpliceState;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.telegram.LaneState;
import io.mtproxy.proxy.telegram.LinkState;
import io.mtproxy.proxy.telegram.TelegramState;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes of format 1 must never change: processes of different versions hand over to each other. */
class FormatTest {
    private static final int DESCRIPTOR = 100;

    /** Every record, every choice and every absence at least once. */
    private static ProcessState sample() throws UnknownHostException {
        InetSocketAddress target = new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 8888);
        LinkState link = new LinkState(0, DESCRIPTOR, target, true, false, 12_345,
                new AesCbc.State(false, filled(32, 1), filled(16, 2)),
                new AesCbc.State(true, filled(32, 3), filled(16, 4)),
                new FrameReader.State(17, ChecksumKind.CRC32C), new FrameWriter.State(-1, ChecksumKind.CRC32),
                filled(5, 5), filled(40, 6), filled(48, 7));
        LaneState.Direct left = new LaneState.Direct(DESCRIPTOR + 1, ctr(8), ctr(9), filled(3, 10), true);
        Endpoint peer = new Endpoint(new byte[] {(byte) 192, 0, 2, 7}, 40_000);
        SpliceState splice = new SpliceState(DESCRIPTOR + 4, target, filled(2, 11), filled(1, 12), true, false, true,
                true, false);
        List<ClientState> clients = List.of(
                new ClientState(DESCRIPTOR + 2, peer, 1500, filled(0, 0),
                        new GreetingState(GreetingState.Kind.PLAIN, filled(63, 13), true, null), null),
                new ClientState(DESCRIPTOR + 3, new Endpoint(filled(16, 14), 1), -1, filled(9, 15),
                        new GreetingState(GreetingState.Kind.PASSED_ON, filled(0, 0), false, splice), null),
                session(DESCRIPTOR + 5, peer, new ClientState.Live(ctr(16), ctr(17), filled(7, 18),
                        new RecordReader.State(true, false, 3, 512, 0), new RecordWriter.State(2, 5),
                        new LaneState.Middle(0x1_0000_0003L, 0, 77, true,
                                List.of(new LaneState.Packet(0x1008, filled(24, 19)))))),
                session(DESCRIPTOR + 6, peer, new ClientState.Live(ctr(20), ctr(21), filled(0, 0), null, null,
                        new LaneState.Direct(-1, ctr(22), ctr(23), filled(64, 24), false))),
                session(DESCRIPTOR + 7, peer, null));
        LoopState loop = new LoopState(new TelegramState(List.of(link), 9, List.of(left)), clients,
                Map.of("CLIENTS_ACCEPTED", 1234L), new long[] {1, 2, 3, 4, 5, 6, 7});
        return new ProcessState(List.of(loop, new LoopState(TelegramState.NONE, List.of(), Map.of(), new long[7])),
                Map.of("00@CLIENT_CLOSED", 3L), Map.of("http_accepted", 2L));
    }

    private static ClientState session(int descriptor, Endpoint peer, ClientState.Live live) {
        return new ClientState(descriptor, peer, live == null ? 900 : -1, filled(4, 25), null,
                new ClientState.Session(-2, Transport.PADDED, filled(16, 26), live,
                        live == null ? CloseReason.TELEGRAM_CLOSED : null, live == null));
    }

    private static AesCtr.State ctr(int seed) {
        return new AesCtr.State(filled(32, seed), filled(16, seed + 1), seed * 1_000_000_007L);
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static Parcel recorded() throws IOException {
        try (InputStream in = FormatTest.class.getResourceAsStream("format-1.hex")) {
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
            int[] descriptors = new int[8];
            for (int i = 0; i < descriptors.length; i++) {
                descriptors[i] = DESCRIPTOR + i;
            }
            return new Parcel(HexFormat.of().parseHex(hex), descriptors);
        }
    }

    @Test
    void whatIsWrittenIsWhatWasRecorded() throws Exception {
        Parcel written = Format.write(sample());
        assertThat(HexFormat.of().formatHex(written.bytes()))
                .as("another format needs another version").isEqualTo(HexFormat.of().formatHex(recorded().bytes()));
        assertThat(written.descriptors()).isEqualTo(new int[] {100, 101, 102, 103, 104, 105, 106, 107});
        assertThat(Format.VERSION).isEqualTo(1);
    }

    @Test
    void whatWasRecordedIsRead() throws Exception {
        ProcessState read = Format.read(recorded());
        assertThat(Format.write(read).bytes()).isEqualTo(recorded().bytes());
        assertThat(read).usingRecursiveComparison().isEqualTo(sample());
    }

    @Test
    void nothingThatIsCutOrLongerIsRead() throws Exception {
        Parcel whole = recorded();
        for (int length = 0; length < whole.bytes().length; length++) {
            Parcel cut = new Parcel(Arrays.copyOf(whole.bytes(), length), whole.descriptors());
            assertThatThrownBy(() -> Format.read(cut)).isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> Format.read(new Parcel(Arrays.copyOf(whole.bytes(), whole.bytes().length + 1),
                whole.descriptors()))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Format.read(new Parcel(whole.bytes(), new int[7]))).isInstanceOf(IOException.class)
                .hasMessageContaining("a descriptor is missing");
    }

    /** Whatever comes is read or refused, and takes no more memory than it has bytes. */
    @Test
    void noiseIsRefused() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        Parcel whole = recorded();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = whole.bytes().clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Format.read(new Parcel(bytes, whole.descriptors()));
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
