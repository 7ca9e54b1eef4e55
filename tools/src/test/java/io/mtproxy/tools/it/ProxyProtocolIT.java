package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.stability.LoopbackSite;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.proxyprotocol.ProxyHeader;
import io.mtproxy.wire.proxyprotocol.ProxyHeaderReader;
import io.mtproxy.wire.rpc.ProxyRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --proxy-protocol} and {@code --site-proxy-protocol}: who the client is, told to us and by us. */
class ProxyProtocolIT {
    private static final Address CLIENT = new Address(new byte[] {(byte) 203, 0, 113, 9}, 45678);
    private static final Address IPV6_CLIENT = new Address(
            new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}, 45678);
    private static final String[] OPTIONS = {"--proxy-protocol", "10.0.0.0/8,::1", "--proxy-protocol",
            Balancer.ADDRESS + "/32"};

    @TempDir
    private Path directory;

    private static byte[] header(int version, Address client) {
        byte[] header = new byte[ProxyHeader.MAX_LENGTH];
        Address here = new Address(new byte[] {127, 0, 0, 1}, 443);
        return Arrays.copyOf(header, ProxyHeader.encode(version, client, here, header, 0));
    }

    /** Answers load and keeps who the client of each request is. */
    private static PacketService keeping(Queue<Address> clients) {
        PacketService load = new LoadService();
        return (session, packet) -> {
            ProxyRequest.Decoded head = ProxyRequest.decode(session.head(), 0, session.head().length);
            clients.add(new Address(head.clientAddress(), head.clientPort()));
            return load.packet(session, packet);
        };
    }

    private static Address asTold(Address client) {
        return new Address(client.ip().length == 4 ? ProxyRequest.mapped(client.ip()) : client.ip(), client.port());
    }

    @ParameterizedTest
    @CsvSource({"1,false", "2,false", "1,true", "2,true"})
    void theClientIsWhoTheBalancerSays(int version, boolean wide) throws Exception {
        Queue<Address> clients = new ConcurrentLinkedQueue<>();
        Address client = wide ? IPV6_CLIENT : CLIENT;
        try (World world = World.Plan.ours().service(keeping(clients)).arguments(OPTIONS).serving(directory);
                Balancer balancer = new Balancer(world.proxy().address(), header(version, client))) {
            assertThat(clients).as("who does not come from there is served as ever").allSatisfy(
                    direct -> assertThat(direct.ip()).isEqualTo(ProxyRequest.mapped(new byte[] {127, 0, 0, 1})));
            clients.clear();
            for (Transport transport : Transport.values()) {
                assertThat(LoadTarget.of(balancer.address(), World.KEY).transports(List.of(transport)).serves())
                        .isTrue();
            }
            assertThat(clients).hasSize(3).containsOnly(asTold(client));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whoIsNotIntroducedKeepsTheSocketsAddress(int version) throws Exception {
        Queue<Address> clients = new ConcurrentLinkedQueue<>();
        try (World world = World.Plan.ours().service(keeping(clients)).arguments(OPTIONS).serving(directory);
                Balancer balancer = new Balancer(world.proxy().address(), ProxyHeader.ofOurOwn(version))) {
            clients.clear();
            assertThat(LoadTarget.of(balancer.address(), World.KEY).serves()).isTrue();
            assertThat(clients).extracting(Address::ip).containsOnly(ProxyRequest.mapped(new byte[] {127, 0, 0, 2}));
        }
    }

    @Test
    void withoutAHeaderABalancerIsNotServed() throws Exception {
        try (World world = World.Plan.ours().arguments(OPTIONS).serving(directory);
                Socket socket = Balancer.connect(world.proxy().address());
                Balancer none = new Balancer(world.proxy().address(), new byte[0])) {
            socket.setSoTimeout((int) Harness.SOON.toMillis());
            socket.getOutputStream().write("PROXY TCP4 203.0.113.9\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(RawClient.isClosed(socket)).isTrue();
            world.proxy().awaitStat("closed_client_bad_proxy_header", 1);
            assertThat(LoadTarget.of(none.address(), World.KEY).serves()).isFalse();
            world.proxy().awaitStat("closed_client_bad_proxy_header", 2);
        }
    }

    @Test
    void aBalancerThatLeavesIsGone() throws Exception {
        try (World world = World.Plan.ours().arguments(OPTIONS).serving(directory)) {
            long before = world.proxy().stats().number("ingress_accepted_connections");
            try (Socket socket = Balancer.connect(world.proxy().address())) {
                socket.getOutputStream().write(ProxyHeader.ofOurOwn(2));
            }
            Await.until("it came", Harness.SOON,
                    () -> world.proxy().stats().number("ingress_accepted_connections") == before + 1);
            world.proxy().awaitStat("ingress_active_connections", 0);
        }
    }

    /** What the site hears first: the header, and what stands behind it. */
    private record Visit(ProxyHeaderReader header, byte first) {}

    private static LoopbackSite site(BlockingQueue<Visit> visits) throws IOException {
        return LoopbackSite.start(visitor -> {
            InputStream in = visitor.getInputStream();
            ProxyHeaderReader reader = new ProxyHeaderReader();
            while (!reader.done()) {
                reader.feed(new byte[] {(byte) in.read()}, 0, 1);
            }
            visits.add(new Visit(reader, (byte) in.read()));
            visitor.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
        });
    }

    private static Visit stranger(InetSocketAddress proxy, Socket socket, BlockingQueue<Visit> visits)
            throws Exception {
        socket.setSoTimeout((int) Harness.SOON.toMillis());
        if (!socket.isConnected()) {
            socket.connect(proxy);
        }
        socket.getOutputStream().write('G');
        assertThat(socket.getInputStream().readNBytes(5)).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
        Visit visit = visits.poll(Harness.SOON.toSeconds(), TimeUnit.SECONDS);
        while (visit != null && visit.first() != 'G') { // of somebody who came before
            visit = visits.poll(Harness.SOON.toSeconds(), TimeUnit.SECONDS);
        }
        return visit;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theSiteIsToldWhoTheClientIs(int version) throws Exception {
        BlockingQueue<Visit> visits = new LinkedBlockingQueue<>();
        try (LoopbackSite site = site(visits);
                World world = Hidden.world(World.Plan.ours(), site.address().getPort(), directory,
                        "--site-proxy-protocol", String.valueOf(version), "--proxy-protocol", Balancer.ADDRESS);
                Socket socket = new Socket();
                Balancer balancer = new Balancer(world.proxy().address(), header(version, CLIENT));
                Socket introduced = new Socket()) {
            assertThat(visits).as("the proxy's own questions")
                    .anySatisfy(visit -> assertThat(visit.header().source()).isNull());

            Visit visit = stranger(world.proxy().address(), socket, visits);
            assertThat(visit.first()).isEqualTo((byte) 'G');
            assertThat(visit.header().source())
                    .isEqualTo(new Address(new byte[] {127, 0, 0, 1}, socket.getLocalPort()));
            assertThat(visit.header().destination())
                    .isEqualTo(new Address(new byte[] {127, 0, 0, 1}, world.proxy().address().getPort()));

            assertThat(stranger(balancer.address(), introduced, visits).header().source()).isEqualTo(CLIENT);
            assertThat(Hidden.target(world, FakeTls.of(RealSite.DOMAIN)).serves()).isTrue();
        }
    }
}
