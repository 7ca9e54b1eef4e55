package io.mtproxy.wire.rpc;

import static io.mtproxy.wire.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.Vectors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RpcMessagesTest {
    private static final long ID = 0x400010L;
    private final byte[] b = new byte[24];

    @Test
    void haveTheirBytes() {
        assertThat(written(RpcMessages.closeConn(b, 3, ID)))
                .isEqualTo(Vectors.named("frame_close_conn").text("payload"));
        assertThat(written(RpcMessages.closeExt(b, 3, ID))).isEqualTo("a234b65e" + "1000400000000000");
        assertThat(written(RpcMessages.simpleAck(b, 3, ID, 0x8badf00d)))
                .isEqualTo("9b40ac3b" + "1000400000000000" + "0df0ad8b");
        assertThat(written(RpcMessages.ping(b, 3, 0x0102030405060708L)))
                .isEqualTo(Vectors.named("frame_ping").text("payload"));
        assertThat(written(RpcMessages.pong(b, 3, Vectors.bytes("00dfa230570807060504030201"), 1)))
                .isEqualTo("a7ea3084" + "0807060504030201");
        assertThat(written(RpcMessages.answerHead(b, 3, 0x10, ID)))
                .isEqualTo("0dda0344" + "10000000" + "1000400000000000");
    }

    @Test
    void areReadWhereTheyWereWritten() {
        RpcMessages.answerHead(b, 1, 8, -ID);
        assertThat(RpcMessages.type(b, 1)).isEqualTo(RpcType.PROXY_ANS);
        assertThat(RpcMessages.answerId(b, 1)).isEqualTo(-ID);
        RpcMessages.simpleAck(b, 2, ID, -7);
        assertThat(RpcMessages.type(b, 2)).isEqualTo(RpcType.SIMPLE_ACK);
        assertThat(RpcMessages.shortId(b, 2)).isEqualTo(ID);
        assertThat(RpcMessages.confirm(b, 2)).isEqualTo(-7);
    }

    @Test
    void lengthsAreWhatIsWritten() {
        assertThat(RpcMessages.ping(b, 0, 1)).isEqualTo(RpcMessages.SHORT_LENGTH);
        assertThat(RpcMessages.simpleAck(b, 0, 1, 1)).isEqualTo(RpcMessages.ACK_LENGTH);
        assertThat(RpcMessages.answerHead(b, 0, 1, 1)).isEqualTo(RpcMessages.ANSWER_HEAD);
    }

    /** What was written at 3, and nothing behind it. */
    private String written(int length) {
        assertThat(Arrays.copyOfRange(b, 3 + length, b.length)).containsOnly(0);
        String hex = hex(Arrays.copyOfRange(b, 3, 3 + length));
        Arrays.fill(b, (byte) 0);
        return hex;
    }
}
