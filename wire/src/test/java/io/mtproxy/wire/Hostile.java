package io.mtproxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.ProtocolException.Kind;
import java.util.Arrays;
import java.util.Set;

/** What a parser may do with bytes that it does not like. */
public final class Hostile {
    private Hostile() {}

    /** A parser over {@code b[off .. off + len)}. */
    public interface Parser<T> {
        T parse(byte[] b, int off, int len);
    }

    /** Parses bytes that stand at the very end of an array, so that a read behind them fails. Null when they are refused. */
    public static <T> T parse(byte[] bytes, Kind refusal, Parser<T> parser) {
        return parse(bytes, Set.of(refusal), parser);
    }

    /** The same where several rules may be broken. */
    public static <T> T parse(byte[] bytes, Set<Kind> refusals, Parser<T> parser) {
        byte[] b = new byte[7 + bytes.length];
        Arrays.fill(b, 0, 7, (byte) 0x5a);
        System.arraycopy(bytes, 0, b, 7, bytes.length);
        try {
            return parser.parse(b, 7, bytes.length);
        } catch (ProtocolException e) {
            assertThat(e.kind()).isIn(refusals);
            return null;
        }
    }

    /** Every proper prefix of a message whose length is fixed by its content is refused. */
    public static void refusesEveryPrefix(byte[] message, Kind refusal, Parser<?> parser) {
        for (int len = 0; len < message.length; len++) {
            assertThat(parse(Arrays.copyOf(message, len), refusal, parser)).as("%s of %s bytes", len, message.length)
                    .isNull();
        }
    }
}
