package io.mtproxy.tools.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.load.ClientConnection;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.Incoming;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.sim.SimulatedDataCentre.Named;
import io.mtproxy.tools.sim.SimulatedDataCentre.Options;
import io.mtproxy.tools.sim.mtproto.ServerKey;
import io.mtproxy.tools.sim.mtproto.TestClient;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class SimulatedDataCentreTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final PacketService ECHO = (session, packet) -> {
        session.answer(packet);
        return true;
    };

    private SimulatedDataCentre centre;

    @AfterEach
    void stop() {
        if (centre != null) {
            centre.close();
        }
    }

    private SimulatedDataCentre start(PacketService service) throws IOException {
        centre = SimulatedDataCentre.start(Options.defaults().service(service));
        return centre;
    }

    /** A proxy in direct mode: it knows no secret. */
    private ClientConnection connect(Transport transport, int dc) throws IOException {
        return ClientConnection.open(new ClientSettings(centre.address(), transport, dc, null, PATIENCE),
                new SplittableRandom());
    }

    private static byte[] receive(ClientConnection connection) throws IOException {
        Incoming.Packet packet = (Incoming.Packet) connection.receive();
        return Arrays.copyOfRange(packet.b(), packet.off(), packet.off() + packet.length());
    }

    @Test
    void servesLoadInEveryTransportAndRemembersWhatWasNamed() throws Exception {
        start(new LoadService());
        LoadTarget target = LoadTarget.of(centre.address(), null).dcs(List.of(-4));

        LoadReport report = new LoadRun().add(new LoadPlan(target, LoadWork.echo(40, 0, 40_000), 6))
                .add(new LoadPlan(target, LoadWork.streams(LoadMode.BOTH, 3_000_000), 6)).await();

        assertThat(report.rows()).extracting(LoadReport.Row::transport).containsExactly(Transport.values());
        assertThat(report.rows()).allSatisfy(row -> {
            assertThat(row.failures()).isEmpty();
            assertThat(row.quickAcks()).isEqualTo(20);
        });
        for (Transport transport : Transport.values()) {
            assertThat(centre.named()).containsEntry(new Named(-4, transport), 4L);
        }
        assertThat(centre.named()).hasSize(Transport.values().length);
        Conditions.await("nobody is left", () -> centre.statistics().connectionsNow() == 0);
        assertThat(centre.statistics().connectionsTotal()).isEqualTo(12);
        assertThat(centre.statistics().simpleAcks()).isEqualTo(60);
        assertThat(centre.statistics().bytesIn()).isGreaterThan(18_000_000);
    }

    @ParameterizedTest
    @EnumSource
    void servesAClientOfMtprotoAndAcknowledgesItQuickly(Transport transport) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        centre = SimulatedDataCentre.start(Options.defaults().rsa(rsa));
        try (ClientConnection connection = connect(transport, 2)) {
            TestClient client = new TestClient(new ServerKey(rsa), packet -> {
                try {
                    connection.send(packet, packet.length, false);
                    return List.of(receive(connection));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }).exchangeKey();
            byte[] query = client.configQuery();
            connection.send(query, query.length, true);
            assertThat(connection.receive()).isEqualTo(new Incoming.Ack(client.confirm(query)));
            assertThat(receive(connection)).as("new session").hasSizeGreaterThan(56);
            assertThat(receive(connection)).as("config").hasSizeGreaterThan(200);
        }
        assertThat(centre.statistics().keysMade()).isEqualTo(1);
        assertThat(centre.statistics().queries()).isEqualTo(1);
        assertThat(centre.statistics().packetsUnencrypted()).isEqualTo(centre.statistics().packets() - 1);
    }

    @Test
    void isAnotherWayToTheSameTelegram() throws Exception {
        try (SimulatedTelegram telegram = SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(ECHO))) {
            centre = SimulatedDataCentre.beside(telegram, Options.defaults());
            assertThat(centre.rsaPublicKeyPem()).isEqualTo(telegram.rsaPublicKeyPem());
            try (ClientConnection connection = connect(Transport.PADDED, 2)) {
                connection.send(new byte[60], 60, false);
                assertThat(receive(connection)).hasSize(60);
            }
        }
    }

    @Test
    void refusesAndHangsAndIsBack() throws Exception {
        start(ECHO);
        try (ClientConnection before = connect(Transport.ABRIDGED, 2)) {
            before.send(new byte[8], 8, false);
            receive(before);

            centre.refuse();
            assertThatThrownBy(() -> connect(Transport.ABRIDGED, 2)).isInstanceOf(ConnectException.class);

            centre.hang();
            try (Socket socket = new Socket()) {
                assertThatThrownBy(() -> socket.connect(centre.address(), 300))
                        .isInstanceOf(SocketTimeoutException.class);
            }
            before.send(new byte[8], 8, false);
            assertThat(receive(before)).as("who was there").hasSize(8);
        }
        centre.welcome();
        try (ClientConnection after = connect(Transport.ABRIDGED, 2)) {
            after.send(new byte[8], 8, false);
            assertThat(receive(after)).hasSize(8);
        }
    }

    @Test
    void halfClosesBehindWhatItSaid() throws Exception {
        start(ECHO);
        try (ClientConnection connection = connect(Transport.INTERMEDIATE, 2)) {
            connection.send(new byte[500_000], 500_000, false);
            Conditions.await("answered", () -> centre.statistics().answers() == 1);
            centre.halfClose();
            assertThat(receive(connection)).hasSize(500_000);
            assertThatThrownBy(connection::receive).isInstanceOf(EOFException.class);
            assertThat(centre.statistics().connectionsNow()).as("still read from").isEqualTo(1);
        }
        Conditions.await("the rest is over", () -> centre.statistics().connectionsNow() == 0);
        assertThat(centre.statistics().closedByProxy()).isZero();
    }

    @Test
    void resets() throws Exception {
        start(ECHO);
        try (ClientConnection connection = connect(Transport.INTERMEDIATE, 2)) {
            connection.send(new byte[8], 8, false);
            receive(connection);
            centre.reset();
            assertThatThrownBy(connection::receive).isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void stallsAndGoesOn() throws Exception {
        start(ECHO);
        try (ClientConnection connection = connect(Transport.PADDED, 2)) {
            connection.send(new byte[60], 60, false);
            receive(connection);
            centre.stall();
            connection.send(new byte[60], 60, false); // may be under way already
            connection.send(new byte[60], 60, false);
            Conditions.await("at most one more", () -> centre.statistics().packets() >= 2);
            assertThat(centre.statistics().packets()).isEqualTo(2);
            centre.goOn();
            Conditions.await("all of them", () -> centre.statistics().packets() == 3);
        }
    }

    @Test
    void closesWhoHasNoHeader() throws Exception {
        start(ECHO);
        for (byte first : new byte[] {0, (byte) 0xef}) {
            try (Socket socket = new Socket()) {
                socket.connect(centre.address());
                byte[] garbage = new byte[64];
                garbage[0] = first;
                socket.getOutputStream().write(garbage);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }
        Conditions.await("counted", () -> centre.statistics().headersRefused() == 2);
    }

    @Test
    void closesAClientWhosePacketMakesNoSense() throws Exception {
        start(PacketService.NONE);
        try (ClientConnection connection = connect(Transport.ABRIDGED, 2)) {
            connection.send(new byte[40], 40, false);
            assertThatThrownBy(connection::receive).isInstanceOf(EOFException.class);
        }
        assertThat(centre.statistics().packetsRejected()).isEqualTo(1);
    }

    @Test
    void isNamedForTheProxy() throws Exception {
        centre = SimulatedDataCentre.start(Options.defaults().listen(new InetSocketAddress("127.0.0.1", 0)));
        int port = centre.address().getPort();
        assertThat(centre.proxyOptions(List.of(2, -4))).containsExactly("--direct", "--dc-override",
                "2:127.0.0.1:" + port, "--dc-override", "-4:127.0.0.1:" + port);
        centre.close();

        centre = SimulatedDataCentre.start(Options.defaults().listen(
                new InetSocketAddress(InetAddress.getByName("::1"), 0)));
        assertThat(centre.override(203)).matches("203:\\[[0:]+1]:" + centre.address().getPort());
    }
}
