package io.mtproxy.wire.faketls;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Cuts;
import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Records in any segmentation: the same payload, the same end, the same complaint. */
public final class RecordReaderFuzz {
    private static final int MAX_ALLOCATION = 64 << 10;

    private RecordReaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 256L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        boolean fromClient = in.choice(2) == 0;
        int style = in.choice(Cuts.STYLES);
        byte[] bytes = in.rest();
        Reading whole = new Reading(fromClient);
        Cuts.feed(bytes, 0, 0, whole);
        Reading pieces = new Reading(fromClient);
        Cuts.feed(bytes, style, 0, pieces);
        require(Arrays.equals(whole.payload.toByteArray(), pieces.payload.toByteArray()), "payload differs in pieces");
        same(pieces.refusal, whole.refusal, "complaint in pieces");
        same(pieces.reader.atBorder(), whole.reader.atBorder(), "end in pieces");
        require(whole.payload.size() <= bytes.length, "more payload than bytes");
    }

    private static final class Reading implements Cuts.Taker {
        private final RecordReader reader;
        private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
        private ProtocolException.Kind refusal;

        Reading(boolean fromClient) {
            reader = fromClient ? RecordReader.fromClient() : RecordReader.fromServer();
        }

        @Override
        public void take(byte[] b, int off, int len) {
            if (refusal != null) {
                return;
            }
            reader.window(b, off, len);
            try {
                while (reader.next()) {
                    require(reader.payloadLength() > 0 && reader.payloadOffset() >= off
                            && reader.payloadOffset() + reader.payloadLength() <= off + len, "payload outside");
                    payload.write(b, reader.payloadOffset(), reader.payloadLength());
                }
            } catch (ProtocolException e) {
                refusal = e.kind();
                require(refusal == ProtocolException.Kind.MESSAGE || refusal == ProtocolException.Kind.LENGTH,
                        "kind " + refusal);
            }
        }
    }
}
