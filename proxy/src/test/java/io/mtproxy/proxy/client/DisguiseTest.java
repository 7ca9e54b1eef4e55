package io.mtproxy.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mtproxy.proxy.access.ReplayCache;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.front.FrontLog;
import io.mtproxy.proxy.front.FrontSettings;
import io.mtproxy.proxy.front.OwnSockets;
import io.mtproxy.proxy.front.SiteProfiles;
import io.mtproxy.proxy.front.Splices;
import io.mtproxy.proxy.net.BufferPool;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.NioLoop;
import io.mtproxy.proxy.net.Output;
import io.mtproxy.wire.faketls.ClientHello;
import io.mtproxy.wire.faketls.ClientHelloBuilder;
import io.mtproxy.wire.faketls.FastKeyMaterial;
import io.mtproxy.wire.faketls.HelloTemplates;
import io.mtproxy.wire.faketls.Noise;
import io.mtproxy.wire.faketls.TlsSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ClientHellos are ours: the checks of C in its order, and where we differ. */
class DisguiseTest {
    private static final byte[] FIRST = "first secret 16b".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SECOND = "other secret 16b".getBytes(StandardCharsets.US_ASCII);
    private static final Endpoint PEER = new Endpoint(new byte[] {10, 0, 0, 1}, 5000);
    private static final Endpoint LOCAL = new Endpoint(new byte[] {10, 0, 0, 2}, 443);
    private static final FastKeyMaterial KEYS = new FastKeyMaterial(new Noise(new SecureRandom()));

    private final Counters counters = new Counters();
    private final NioLoop loop;
    private final ReplayCache replays = ReplayCache.local();
    private final SecretHints hints = new SecretHints();
    private final Disguise disguise;
    private long now = 1_790_000_000;

    DisguiseTest() throws IOException {
        loop = new NioLoop(bug -> {});
        disguise = disguise(List.of(FIRST, SECOND));
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private Disguise disguise(List<byte[]> secrets) {
        FrontLog silent = new FrontLog() {
            @Override
            public void line(String text) {}

            @Override
            public void line(int level, String text) {}
        };
        FrontSettings settings = FrontSettings.of(List.of("front.test", "second.test"), 443, null, FIRST);
        SiteProfiles sites = SiteProfiles.ask(settings, domain -> InetAddress.ofLiteral("127.0.0.1"),
                new OwnSockets(Set.of(443, 80), null, List.of()), silent);
        return new Disguise(sites, new Splices(loop, counters, null, 10, 0), replays, hints, KEYS, new Secrets(secrets),
                counters, () -> now);
    }

    private byte[] hello(@Nullable String name, byte[] secret, long time) {
        return HelloTemplates.classic(new Random(), KEYS).serverName(name).sign(new TlsSecret(secret), time);
    }

    private boolean admits(byte[] record, Endpoint local) {
        ClientHello hello = ClientHello.parse(record, 0, record.length);
        assertThat(hello).isNotNull();
        return disguise.admit(hello, PEER, local) != null;
    }

    private boolean admits(byte[] record) {
        return admits(record, LOCAL);
    }

    @Test
    void anySecretAndAnySiteOfOursWillDo() {
        assertThat(admits(hello("front.test", FIRST, now))).isTrue();
        assertThat(admits(hello("second.test", SECOND, now))).isTrue();
        assertThat(counters.get(Counter.HELLOS_ANSWERED)).isEqualTo(2);
    }

    /** C passes it on; a digest that fits is proof enough. */
    @Test
    void aHelloWithoutANameIsAnswered() {
        assertThat(admits(hello(null, FIRST, now))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.test", "Front.test", "front.test.", "ront.test"})
    void anotherNameIsNot(String name) {
        assertThat(admits(hello(name, FIRST, now))).isFalse();
        assertThat(counters.get(Counter.HELLOS_FOREIGN)).isEqualTo(1);
    }

    @Test
    void whoComesByPort80IsNeverOurs() {
        byte[] hello = hello("front.test", FIRST, now);
        assertThat(admits(hello, new Endpoint(LOCAL.address(), 80))).isFalse();
        assertThat(admits(hello)).isTrue();
    }

    @Test
    void aSecretThatIsNotOursIsNot() {
        assertThat(admits(hello("front.test", new byte[16], now))).isFalse();
        byte[] hello = hello("front.test", FIRST, now);
        hello[20] ^= 1;
        assertThat(admits(hello)).isFalse();
        assertThat(counters.get(Counter.HELLOS_FOREIGN)).isEqualTo(2);
    }

    @Test
    void aHelloIsAnsweredOnce() {
        byte[] hello = hello("front.test", FIRST, now);
        assertThat(admits(hello)).isTrue();
        assertThat(admits(hello)).isFalse();
        assertThat(counters.get(Counter.HELLOS_REPLAYED)).isEqualTo(1);
    }

    /** C keeps every random; ours only those that a secret fits, so that nobody else can fill the cache. */
    @Test
    void whatNoSecretFitsIsNotRemembered() {
        byte[] hello = hello("front.test", FIRST, now);
        byte[] foreign = hello.clone();
        foreign[foreign.length - 1] ^= 1;
        assertThat(admits(foreign)).isFalse();
        assertThat(replays.rememberedSince(now)).isEqualTo(ReplayCache.NEVER);
        assertThat(admits(hello)).isTrue();
    }

    @Test
    void theTimeIsThatOfC() {
        assertThat(admits(hello("front.test", FIRST, now + 4))).isFalse();
        assertThat(admits(hello("front.test", FIRST, now - 605))).isFalse();
        assertThat(admits(hello("front.test", FIRST, now + 3))).isTrue();
        assertThat(admits(hello("front.test", FIRST, now - 590))).isTrue();
        assertThat(counters.get(Counter.HELLOS_STALE)).isEqualTo(2);
        now += 86_400; // by now an hour is no age: a replay would be known
        assertThat(admits(hello("front.test", FIRST, now - 3600))).isTrue();
        assertThat(admits(hello("front.test", FIRST, now - 86_400))).isFalse();
    }

    @Test
    void aHelloWithoutASuiteOfTls13IsNotAnswered() {
        byte[] hello = hello("front.test", FIRST, now);
        int suites = 11 + 32 + 1 + 32 + 2;
        for (int i = suites; i < suites + 8; i += 2) { // 1301, 1302, 1303 behind a grease value
            hello[i] = (byte) 0xc0;
        }
        ClientHelloBuilder.sign(hello, new TlsSecret(FIRST), now);
        assertThat(admits(hello)).isFalse();
    }

    @Test
    void newSecretsCount() {
        disguise.use(new Secrets(List.of(SECOND)));
        assertThat(admits(hello("front.test", FIRST, now))).isFalse();
        assertThat(admits(hello("front.test", SECOND, now))).isTrue();
    }

    @Test
    void theSecretOfAnAddressIsNoted() {
        assertThat(hints.of(PEER.address())).isEqualTo(SecretHints.NONE);
        admits(hello("front.test", SECOND, now));
        assertThat(hints.of(PEER.address())).isEqualTo(1);
    }

    @Test
    void theAnswerIsOfOnePiece() {
        byte[] record = hello("front.test", FIRST, now);
        ClientHello hello = ClientHello.parse(record, 0, record.length);
        assertThat(hello).isNotNull();
        Disguise.Admitted admitted = disguise.admit(hello, PEER, LOCAL);
        assertThat(admitted).isNotNull();
        Output out = new Output(new BufferPool());
        disguise.answer(admitted, out);
        assertThat(out.pending()).isEqualTo(admitted.plan().length());
        assertThat(out.position()).as("in one chunk").isCloseTo((int) out.pending(), within(0));
        assertThat(Arrays.copyOf(out.array(), 3)).containsExactly(22, 3, 3);
        out.clear();
    }

    /** Both sites are ourselves here. */
    @Test
    void nobodyIsSentBackToUs() {
        assertThat(disguise.target(null, LOCAL)).isNull();
        assertThat(disguise.target(null, new Endpoint(LOCAL.address(), 80))).isNull();
    }
}
