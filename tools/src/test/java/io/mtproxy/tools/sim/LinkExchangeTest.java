package io.mtproxy.tools.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.sim.SimulatedTelegram.Options;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LinkExchangeTest {
    private static final int ABRIDGED = 0x40021000;
    private static final PacketService ECHO = (session, packet) -> {
        session.answer(packet);
        return true;
    };

    private final Options options = Options.defaults();
    private SimulatedTelegram telegram;

    @AfterEach
    void stop() {
        if (telegram != null) {
            telegram.close();
        }
    }

    private SimulatedTelegram start(Options chosen) throws IOException {
        telegram = SimulatedTelegram.start(chosen);
        return telegram;
    }

    @Test
    void answersNonceAndHandshake() throws IOException {
        start(options);
        try (FakeProxy proxy = new FakeProxy(telegram.address(), options.proxySecret())) {
            Nonce nonce = proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
            assertThat(nonce.schema()).isEqualTo(Nonce.SCHEMA_AES);
            assertThat(nonce.keySelect()).isEqualTo(Bytes.int32(options.proxySecret(), 0));
            Handshake handshake = proxy.exchangeHandshakes(Handshake.FLAG_CRC32C);
            assertThat(handshake.flags()).isEqualTo(Handshake.FLAG_CRC32C);
            assertThat(handshake.peer()).isEqualTo(FakeProxy.SELF);
            Conditions.await("the link is up", () -> telegram.statistics().linksNow() == 1);
        }
        Conditions.await("the link is gone", () -> telegram.statistics().linksNow() == 0);
        assertThat(telegram.statistics().linksTotal()).isEqualTo(1);
    }

    @Test
    void keepsCrc32WhenCastagnoliIsNotAccepted() throws IOException {
        start(options.castagnoli(false).service(ECHO));
        try (FakeProxy proxy = new FakeProxy(telegram.address(), options.proxySecret())) {
            proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
            assertThat(proxy.exchangeHandshakes(Handshake.FLAG_CRC32C).flags()).isZero();
            proxy.request(ABRIDGED, 1, new byte[56]);
            assertThat(proxy.answer(1)).hasSize(56);
        }
    }

    @Test
    void mixesTheDiffieHellmanValueInWhenAsked() throws IOException {
        start(options.service(ECHO));
        try (FakeProxy proxy = new FakeProxy(telegram.address(), options.proxySecret())) {
            assertThat(proxy.exchangeNonces(Nonce.SCHEMA_DH, List.of()).dhPublic()).hasSize(256);
            proxy.exchangeHandshakes(Handshake.FLAG_CRC32C);
            proxy.request(ABRIDGED, 1, new byte[56]);
            assertThat(proxy.answer(1)).hasSize(56);
        }
    }

    @Test
    void translatesAddressesAsTheProxyDoes() throws IOException {
        List<NatRule> nat = List.of(new NatRule(new byte[] {127, 0, 0, 1}, new byte[] {(byte) 203, 0, 113, 5}));
        start(options.nat(nat).listen(new InetSocketAddress("127.0.0.1", 0)));
        try (FakeProxy proxy = new FakeProxy(telegram.address(), options.proxySecret())) {
            proxy.exchangeNonces(Nonce.SCHEMA_AES, nat);
            assertThat(proxy.exchangeHandshakes(0).flags()).isZero();
        }
    }

    @Test
    void servesIpv6() throws IOException {
        start(options.listen(new InetSocketAddress(InetAddress.getByName("::1"), 0)).service(ECHO));
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(ABRIDGED, 1, new byte[56]);
            assertThat(proxy.answer(1)).hasSize(56);
        }
        assertThat(telegram.proxyConfig()).contains("proxy_for -3 [0:0:0:0:0:0:0:1]:" + telegram.address().getPort());
    }

    @ParameterizedTest
    @ValueSource(ints = {-60, 60})
    void refusesAWrongClock(int skew) throws IOException {
        start(options);
        try (FakeProxy proxy = new FakeProxy(telegram.address(), options.proxySecret())) {
            proxy.sendNonce(Bytes.int32(options.proxySecret(), 0), Nonce.SCHEMA_AES, FakeProxy.now() + skew);
            assertThat(proxy.ended()).isTrue();
        }
        Conditions.await("refused", () -> telegram.statistics().linksRefused() == 1);
    }

    @Test
    void refusesAnotherKeyAndNoEncryption() throws IOException {
        start(options);
        int key = Bytes.int32(options.proxySecret(), 0);
        try (FakeProxy other = new FakeProxy(telegram.address(), options.proxySecret());
                FakeProxy plain = new FakeProxy(telegram.address(), options.proxySecret())) {
            other.sendNonce(key + 1, Nonce.SCHEMA_AES, FakeProxy.now());
            assertThat(other.ended()).isTrue();
            plain.sendNonce(key, Nonce.SCHEMA_NONE, FakeProxy.now());
            assertThat(plain.ended()).isTrue();
        }
    }
}
