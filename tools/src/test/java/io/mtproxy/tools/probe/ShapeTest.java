package io.mtproxy.tools.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {

    private static final String RANDOM = "0123456789abcdef".repeat(4);
    private static final String HELLO = "020000760303" + RANDOM + "20" + RANDOM + "130200002e"
            + "002b00020304" + "00330024001d0020" + RANDOM;

    private static String shape(String hex) {
        return Shape.of(HexFormat.of().parseHex(hex));
    }

    @Test
    void recordsOfAFirstFlight() {
        assertThat(shape("160303007a" + HELLO + "140303000101" + "1703030004aabbccdd" + "170303000100"))
                .isEqualTo("handshake:hello.118{0304,1302,002b-0033,group 001d} ccs:1 data:4 data:1");
    }

    @Test
    void aHelloRetryRequestIsNamed() {
        String retry = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
        assertThat(shape("1603030030" + "0200002c0303" + retry + "00" + "1301000004" + "003300021100".substring(0, 8)))
                .startsWith("handshake:retry.44{0303,1301");
    }

    @Test
    void alertsAreToldWhileTheyAreInClear() {
        assertThat(shape("15030300020228")).isEqualTo("alert:2/40");
        assertThat(shape("15030100020246")).isEqualTo("0301/alert:2/70");
        assertThat(shape("1403030001011503030002ab17")).isEqualTo("ccs:1 alert:2");
    }

    @Test
    void messagesOfTls12() {
        assertThat(shape("160303000c" + "0b000004aabbccdd" + "0e000000")).isEqualTo("handshake:11.4+14.0");
        assertThat(shape("1603030006" + "0b000104aabb")).isEqualTo("handshake:(6)");
        assertThat(shape("140303000101" + "1603030004aabbccdd")).isEqualTo("ccs:1 handshake:4");
    }

    @Test
    void whatIsCutOffIsCounted() {
        assertThat(shape("160303007a0200")).isEqualTo("(7 bytes of a record)");
        assertThat(shape("15030300020228" + "1603")).isEqualTo("alert:2/40 (2 bytes of a record)");
    }

    @Test
    void anythingElseIsToldByItsLength() {
        assertThat(Shape.of(new byte[0])).isEmpty();
        assertThat(Shape.of("HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo("(HTTP/1.1 400 Bad Request, 39 bytes)");
        assertThat(shape("0102")).isEqualTo("(2 bytes)");
    }

    @Test
    void fingerprintsAsPublished() {
        ServerHello hello = new ServerHello(118, false, 0x0304, 0x1301, 0x1d, List.of(0x33, 0x2b));

        assertThat(hello.ja4s()).isEqualTo("t130200_1301_234ea6891581");
        assertThat(hello.ja3s()).isEqualTo("eb1d94daa7e0344597e756a1fb6e7054");
        assertThat(new ServerHello(80, false, 0x0303, 0xc030, 0, List.of()).ja4s())
                .isEqualTo("t120000_c030_000000000000");
    }
}
