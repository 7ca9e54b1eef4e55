package io.mtproxy.wire.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Hostile;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.ChecksumKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FrameProperties {
    private static final int MAX = 4096;

    /** Frames and fillers of several flushes, arriving in any pieces, with both ends saved and restored in between. */
    @Property
    void readsWhatItWrote(@ForAll @Size(max = 8) List<@Size(min = 1, max = 20) byte[]> words,
            @ForAll ChecksumKind kind, @ForAll @IntRange(min = 1, max = 40) int piece) {
        byte[] stream = written(words, kind);
        FrameReader reader = new FrameReader(MAX);
        reader.checksum(kind);
        List<byte[]> payloads = new ArrayList<>();
        int at = 0;
        for (int arrived = 0; arrived < stream.length; arrived = Math.min(arrived + piece, stream.length)) {
            at = read(reader, Arrays.copyOf(stream, arrived), at, payloads);
            reader = new FrameReader(reader.save(), MAX);
        }
        at = read(reader, stream, at, payloads);
        assertThat(at).isEqualTo(stream.length);
        assertThat(payloads).usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(words.stream().map(FrameProperties::payload).toList());
    }

    @Property
    void noiseIsRefusedOrWaitedFor(@ForAll @Size(max = 40) byte[] noise) {
        FrameReader reader = new FrameReader(MAX);
        Integer length = Hostile.parse(noise, Kind.LENGTH, reader::peek);
        if (length != null && length != 0) {
            assertThat(length).isBetween(4, noise.length);
        }
    }

    @Property
    void noiseInsideAFrameIsRefused(@ForAll @Size(min = 12, max = 100) byte[] noise) {
        FrameReader reader = new FrameReader(MAX);
        byte[] frame = Arrays.copyOf(noise, noise.length + 4 & ~3);
        try {
            reader.verify(frame, 0, frame.length);
        } catch (ProtocolException e) {
            assertThat(e.kind()).isIn(Kind.SEQUENCE, Kind.CHECKSUM);
            return;
        }
        assertThat(reader.save().nextSeqno()).as("a checksum that fits by chance").isEqualTo(-1);
    }

    private static int read(FrameReader reader, byte[] b, int from, List<byte[]> payloads) {
        int at = from;
        int length = reader.peek(b, at, b.length - at);
        while (length > 0) {
            if (length > 4) {
                reader.verify(b, at, length);
                payloads.add(Arrays.copyOfRange(b, at + FrameWriter.HEADER, at + length - FrameWriter.TRAILER));
            }
            at += length;
            length = reader.peek(b, at, b.length - at);
        }
        return at;
    }

    private static byte[] written(List<byte[]> words, ChecksumKind kind) {
        FrameWriter writer = new FrameWriter();
        writer.checksum(kind);
        byte[] b = new byte[words.size() * 128];
        int at = 0;
        for (byte[] word : words) {
            byte[] payload = payload(word);
            System.arraycopy(payload, 0, b, at + FrameWriter.HEADER, payload.length);
            at += writer.seal(b, at, payload.length);
            if (word[0] < 0) {
                at += FrameWriter.fill(b, at, at);
                assertThat(at % 16).isZero();
            }
            writer = new FrameWriter(writer.save());
        }
        return Arrays.copyOf(b, at);
    }

    private static byte[] payload(byte[] word) {
        return Arrays.copyOf(word, word.length * 4);
    }
}
