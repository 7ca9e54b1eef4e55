package io.mtproxy.tools.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.sim.SimulatedTelegram.Options;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.RpcMessages;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a proxy sees of each fault. */
@Timeout(60)
class LinkFaultsTest {
    private final ScriptedFaults faults = new ScriptedFaults();
    private SimulatedTelegram telegram;

    @BeforeEach
    void start() throws IOException {
        telegram = SimulatedTelegram.start(Options.defaults().faults(faults).service((session, packet) -> {
            session.answer(packet);
            return true;
        }));
    }

    @AfterEach
    void stop() {
        telegram.close();
    }

    @ParameterizedTest
    @CsvSource({"BAD_CHECKSUM, CHECKSUM", "WRONG_SEQUENCE, SEQUENCE", "OVERSIZED_LENGTH, LENGTH", "ODD_LENGTH, LENGTH"})
    void damagesOneFrame(FrameFault fault, Kind expected) throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            proxy.request(0, 1, new byte[56]);
            assertThat(proxy.answer(1)).hasSize(56);
            faults.nextAnswer(fault);
            proxy.request(0, 1, new byte[56]);
            assertThatThrownBy(proxy::receive).isInstanceOfSatisfying(ProtocolException.class,
                    e -> assertThat(e.kind()).isEqualTo(expected));
        }
    }

    @Test
    void sendsGarbage() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.nextAnswer(FrameFault.GARBAGE);
            proxy.request(0, 1, new byte[4096]);
            assertThatThrownBy(proxy::receive).isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void dropsAFrame() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.nextAnswer(FrameFault.DROP);
            proxy.request(0, 1, new byte[56]);
            proxy.request(0, 1, new byte[60]);
            assertThat(proxy.answer(1)).hasSize(60);
        }
    }

    @Test
    void sendsAnUnknownMessageFirst() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.nextAnswer(FrameFault.UNKNOWN_FIRST);
            proxy.request(0, 1, new byte[56]);
            assertThat(RpcMessages.type(proxy.receive(), 0)).isEqualTo(0x0badcafe);
            assertThat(proxy.answer(1)).hasSize(56);
        }
    }

    @Test
    void hangsInAFrame() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.nextAnswer(FrameFault.HANG_IN_FRAME);
            proxy.request(0, 1, new byte[4096]);
            proxy.request(0, 1, new byte[56]);
            proxy.socket.setSoTimeout(500);
            assertThatThrownBy(proxy::receive).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void closesInAFrame() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.nextAnswer(FrameFault.CLOSE_IN_FRAME);
            proxy.request(0, 1, new byte[4096]);
            assertThatThrownBy(proxy::receive).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void resetsInAFrame() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.nextAnswer(FrameFault.RESET_IN_FRAME);
            proxy.request(0, 1, new byte[4096]);
            assertThatThrownBy(proxy::receive).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closesItsHalf() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.nextAnswer(FrameFault.HALF_CLOSE);
            proxy.request(0, 1, new byte[56]);
            assertThat(proxy.answer(1)).hasSize(56);
            assertThat(proxy.ended()).isTrue();
            assertThat(telegram.statistics().linksNow()).isEqualTo(1);
        }
    }

    @Test
    void delaysFrames() throws IOException {
        try (FakeProxy proxy = FakeProxy.connect(telegram)) {
            faults.delay(Duration.ofMillis(150));
            long start = System.nanoTime();
            proxy.request(0, 1, new byte[56]);
            assertThat(proxy.answer(1)).hasSize(56);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
        }
    }

    @ParameterizedTest
    @CsvSource({"WRONG_KEY", "NO_ENCRYPTION", "WRONG_CLOCK"})
    void answersABadNonce(ExchangeFault fault) throws IOException {
        faults.newLinks(fault);
        try (FakeProxy proxy = proxy()) {
            int key = Bytes.int32(telegram.proxySecret(), 0);
            Nonce answer = proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
            switch (fault) {
                case WRONG_KEY -> assertThat(answer.keySelect()).isNotEqualTo(key);
                case NO_ENCRYPTION -> assertThat(answer.schema()).isEqualTo(Nonce.SCHEMA_NONE);
                default -> assertThat(Math.abs(answer.time() - FakeProxy.now())).isGreaterThan(30);
            }
        }
    }

    @Test
    void sendsBytesBehindTheNonce() throws IOException {
        faults.newLinks(ExchangeFault.EARLY_BYTES);
        try (FakeProxy proxy = proxy()) {
            proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
            assertThat(proxy.socket.getInputStream().readNBytes(4)).containsExactly(4, 0, 0, 0);
        }
    }

    @Test
    void sendsGarbageInsteadOfANonce() {
        faults.newLinks(ExchangeFault.GARBAGE_NONCE);
        failsExchange(ProtocolException.class, false);
    }

    @Test
    void closesAtOnce() {
        faults.newLinks(ExchangeFault.CLOSE_AT_ONCE);
        failsExchange(IOException.class, false);
    }

    @Test
    void neverAnswersTheNonce() {
        faults.newLinks(ExchangeFault.SILENT_NONCE);
        failsExchange(SocketTimeoutException.class, false);
    }

    @Test
    void neverAnswersTheHandshake() {
        faults.newLinks(ExchangeFault.SILENT_HANDSHAKE);
        failsExchange(SocketTimeoutException.class, true);
    }

    @Test
    void encryptsWithAnotherSecret() {
        faults.newLinks(ExchangeFault.WRONG_SECRET);
        // it cannot read our handshake either and closes
        failsExchange(IOException.class, true);
    }

    @Test
    void refusesTheHandshake() throws IOException {
        faults.newLinks(ExchangeFault.REFUSE_HANDSHAKE);
        try (FakeProxy proxy = proxy()) {
            proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
            assertThatThrownBy(() -> proxy.exchangeHandshakes(0)).isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("handshake of 20 bytes");
            assertThat(proxy.ended()).isTrue();
        }
    }

    @Test
    void answersTheHandshakeForAnotherProcessOrWithUnknownFlags() throws IOException {
        faults.newLinks(ExchangeFault.WRONG_PEER);
        try (FakeProxy proxy = proxy()) {
            proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
            assertThat(proxy.exchangeHandshakes(0).peer()).isNotEqualTo(FakeProxy.SELF);
        }
        faults.newLinks(ExchangeFault.WRONG_FLAGS);
        try (FakeProxy proxy = proxy()) {
            proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
            assertThat(proxy.exchangeHandshakes(0).flags() & 0xff).isNotZero();
        }
    }

    private FakeProxy proxy() throws IOException {
        return new FakeProxy(telegram.address(), telegram.proxySecret());
    }

    private void failsExchange(Class<? extends Exception> expected, boolean afterNonces) {
        ThrowingCallable exchange = () -> {
            try (FakeProxy proxy = proxy()) {
                if (expected == SocketTimeoutException.class) {
                    proxy.socket.setSoTimeout(500);
                }
                if (afterNonces) {
                    proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
                    proxy.exchangeHandshakes(0);
                } else {
                    proxy.exchangeNonces(Nonce.SCHEMA_AES, List.of());
                }
            }
        };
        assertThatThrownBy(exchange).isInstanceOf(expected);
        Conditions.await("counted", () -> telegram.statistics().linksRefused() == 1);
    }
}
