package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadTarget.Visitor;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.FakeTlsStreams;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens behind the answer to a hello, with as many secrets as there may be. */
class FakeTlsRulesIT {
    private static final int SECRETS = 128;
    private static final byte[] CHANGE_CIPHER_SPEC = HexFormat.of().parseHex("140303000101");

    @TempDir
    private static Path directory;
    private static Hidden hidden;

    @BeforeAll
    static void start() throws Exception {
        List<String> more = new ArrayList<>();
        for (int i = 1; i < SECRETS; i++) {
            more.addAll(List.of("-S", HexFormat.of().formatHex(secret(i))));
        }
        hidden = Hidden.start(RealSite.nginx(directory), directory, more.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        if (hidden != null) {
            hidden.close();
        }
    }

    /** The first one is the world's. */
    private static byte[] secret(int number) {
        byte[] secret = World.KEY.clone();
        secret[0] += (byte) number;
        return secret;
    }

    /** A connection whose hello was answered. */
    private static Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(hidden.world().proxy().address());
        socket.setSoTimeout((int) Harness.SOON.toMillis());
        return socket;
    }

    private static FakeTlsStreams shake(Socket socket) throws IOException {
        return FakeTlsStreams.shake(FakeTls.of(RealSite.DOMAIN), World.KEY, socket.getInputStream(),
                socket.getOutputStream());
    }

    private static void sendHeader(FakeTlsStreams streams, byte[] secret) throws IOException {
        streams.out().write(ObfuscatedHeader.create(Transport.PADDED, 2, secret, new SplittableRandom()).bytes());
    }

    private static long number(String key) throws IOException {
        return hidden.world().proxy().stats().number(key);
    }

    private static void awaitSession(long before) {
        Await.until("a session begins", Harness.SOON, () -> number("dataplane_sessions_created") == before + 1);
    }

    @Test
    void eachAddressIsServedWithItsOwnSecretTwice() throws Exception {
        List<Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < SECRETS; i++) {
            visitors.add(new Visitor(InetAddress.ofLiteral("127.0.1." + (1 + i)), secret(i)));
        }
        LoadTarget target = hidden.target(FakeTls.of(RealSite.DOMAIN)).visitors(visitors);

        LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.churn(2), SECRETS)).await();

        assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
        assertThat(report.handshakes()).isEqualTo(2 * SECRETS);
    }

    @Test
    void theHeaderMayBeOfAnotherSecretThanTheHello() throws Exception {
        long before = number("dataplane_sessions_created");
        try (Socket socket = connect()) {
            sendHeader(shake(socket), secret(SECRETS - 1));
            awaitSession(before);
        }
    }

    @Test
    void aHeaderThatNoSecretOpensGetsToTheSite() throws Exception {
        long before = number("dataplane_sessions_created");
        try (Socket socket = connect()) {
            sendHeader(shake(socket), new byte[16]);
            // the site takes the record for the first one of a connection
            assertThat(socket.getInputStream().read()).as("first byte of an alert, or of a plain answer").isIn(21,
                    (int) 'H');
        }
        assertThat(number("dataplane_sessions_created")).isEqualTo(before);
    }

    @Test
    void whatIsNoApplicationDataEndsASession() throws Exception {
        long before = number("dataplane_sessions_created");
        try (Socket socket = connect()) {
            sendHeader(shake(socket), World.KEY);
            awaitSession(before);
            socket.getOutputStream().write(CHANGE_CIPHER_SPEC);

            assertThat(socket.getInputStream().read()).as("the end").isEqualTo(-1);
        }
    }

    @Test
    void anEmptyRecordDoesNot() throws Exception {
        long before = number("dataplane_sessions_created");
        try (Socket socket = connect()) {
            sendHeader(shake(socket), World.KEY);
            awaitSession(before);
            long bytes = number("ingress_bytes_received");
            socket.getOutputStream().write(HexFormat.of().parseHex("1703030000"));
            Await.until("it is read", Harness.SOON, () -> number("ingress_bytes_received") >= bytes + 5);

            assertThat(number("dataplane_active_sessions")).isPositive();
        }
    }

    @Test
    void whoIsPassedOnCountsAsAClient() throws Exception {
        Await.until("nobody is there", Harness.SOON, () -> number("ingress_active_connections") == 0);
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

            Await.until("it counts", Harness.SOON, () -> number("ingress_active_connections") == 1
                    && number("ingress_passed_on_active") == 1);
        }
    }
}
