package io.mtproxy.wire.faketls;

import static io.mtproxy.wire.Vectors.bytes;
import static io.mtproxy.wire.Vectors.hex;
import static io.mtproxy.wire.faketls.Hellos.NOW;
import static io.mtproxy.wire.faketls.Hellos.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.wire.Vectors;
import io.mtproxy.wire.Vectors.Vector;
import io.mtproxy.wire.faketls.Hellos.FixedKeys;
import io.mtproxy.wire.faketls.Hellos.Hello;
import io.mtproxy.wire.faketls.SiteProfile.CipherPolicy;
import io.mtproxy.wire.faketls.SiteProfile.Extension;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ServerAnswerTest {
    private static final byte[] KEY = bytes("00112233445566778899aabbccddeeff");
    private static final Extension SHARE = Extension.made(Tls.KEY_SHARE);
    private static final Extension VERSIONS = Extension.made(Tls.SUPPORTED_VERSIONS);
    /** as nginx with OpenSSL 3.5 */
    private static final SiteProfile MODERN_SITE = new SiteProfile(
            new CipherPolicy(false, List.of(0x1302, 0x1303, 0x1301)), List.of(Tls.X25519_MLKEM768, Tls.X25519),
            List.of(VERSIONS, SHARE), List.of(3000));

    private final Random random = new Random(5);

    @Test
    void isWhatCAnswered() {
        Vector v = Vectors.named("fake_tls_hello");
        byte[] expected = v.hex("server_response");
        KeyMaterial keys = new KeyMaterial() {
            @Override
            public void x25519(byte[] dst, int off) {
                System.arraycopy(expected, 89, dst, off, 32);
            }

            @Override
            public void mlKem768(byte[] key, int keyOff, byte[] dst, int off) {
                throw new AssertionError("C has no such group");
            }
        };
        byte[] answer = answer(v.hex("client_hello"), SiteProfile.likeC(false, 2000, false), keys,
                new TlsSecret(v.hex("secret")));
        assertThat(answer).hasSameSizeAs(expected);
        assertThat(hex(Arrays.copyOf(answer, 11))).as("headers").isEqualTo(hex(Arrays.copyOf(expected, 11)));
        assertThat(hex(Arrays.copyOfRange(answer, 43, 138))).as("all up to the noise")
                .isEqualTo(hex(Arrays.copyOfRange(expected, 43, 138)));
        ParsedAnswer.of(answer).isBoundTo(v.hex("client_hello"), v.hex("secret"));
        ParsedAnswer.of(expected).isBoundTo(v.hex("client_hello"), v.hex("secret"));
    }

    @ParameterizedTest
    @MethodSource("io.mtproxy.wire.faketls.Hellos#signed")
    void isThreeRecordsBoundToTheHello(Hello hello) {
        for (SiteProfile site : List.of(MODERN_SITE, SiteProfile.likeC(true, 1, false),
                SiteProfile.likeC(false, 16_640, false))) {
            byte[] answer = answer(hello.bytes(), site, new FixedKeys(9), SECRET);
            ParsedAnswer parsed = ParsedAnswer.of(answer);
            parsed.isBoundTo(hello.bytes(), KEY);
            ClientHello client = Hellos.parse(hello.bytes());
            byte[] sessionId = new byte[client.sessionIdLength()];
            client.copySessionId(sessionId, 0);
            assertThat(parsed.sessionId()).isEqualTo(sessionId);
            assertThat(parsed.flight()).hasSize(site.flightLengths().getFirst());
            assertThat(client.offersSuite(parsed.suite())).isTrue();
            assertThat(client.keyShareLength(parsed.group())).isPositive();
            assertThat(List.copyOf(parsed.extensions().keySet()))
                    .isEqualTo(site.extensions().stream().map(Extension::type).toList());
            assertThat(new ServerAnswerVerifier(SECRET, hello.bytes()).verify(answer, 0, answer.length))
                    .isEqualTo(answer.length);
        }
    }

    @Test
    void hasAHybridShareOfTheRightSizes() {
        byte[] hello = Hellos.modern().sign(SECRET, NOW);
        AnswerPlan plan = AnswerPlan.of(Hellos.parse(hello), MODERN_SITE, random);
        assertThat(plan.group()).isEqualTo(0x11ec);
        assertThat(plan.serverHelloLength()).as("measured at real servers").isEqualTo(1215);
        ParsedAnswer parsed = ParsedAnswer.of(answer(hello, MODERN_SITE, new FixedKeys(9), SECRET));
        byte[] share = parsed.share();
        assertThat(share).hasSize(1120);
        assertThat(Arrays.copyOfRange(share, 1088, 1120)).containsOnly(9);
        int key = Hellos.parse(hello).keyShareOffset(0x11ec);
        assertThat(Arrays.copyOf(share, 1088)).as("was given the client's key").containsOnly(hello[key]);
    }

    /** The site's groups, what the client has shares for (length after the colon), the choice. */
    @ParameterizedTest
    @CsvSource({"11ec 001d, 11ec:1216 001d:32, 11ec", "11ec 001d, 001d:32, 001d", "001d, 11ec:1216 001d:32, 001d",
            "001d 11ec, 11ec:1216 001d:32, 001d", "0017, 0017:65 001d:32, 001d", "0017, 0017:65 11ec:1216, 11ec",
            "0018 11ec, 11ec:1216 001d:32, 11ec", "001d, 11ec:1216, 11ec", "'', 001d:32, 001d",
            "11ec 001d, 11ec:1215 001d:32, 001d", "11ec, 11ec:32 001d:32, 001d", "001d, 001d:20, 001d",
            "0017, 0017:65, ''", "001d, '', ''"})
    void takesAGroupThatTheClientHasAShareFor(String site, String shares, String choice) {
        StringBuilder list = new StringBuilder();
        for (String share : shares.split(" ")) {
            if (!share.isEmpty()) {
                int length = Integer.parseInt(share.substring(5));
                list.append(share, 0, 4).append("%04x".formatted(length)).append("42".repeat(length));
            }
        }
        int bytes = list.length() / 2;
        byte[] hello = Hellos.withExtensions(
                "002b0003020304" + "0033" + "%04x".formatted(bytes + 2) + "%04x".formatted(bytes) + list);
        List<Integer> groups = site.isEmpty()
                ? List.of()
                : Arrays.stream(site.split(" ")).map(g -> Integer.parseInt(g, 16)).toList();
        AnswerPlan plan = AnswerPlan.of(Hellos.parse(hello), new SiteProfile(CipherPolicy.CLIENTS_CHOICE, groups,
                List.of(SHARE, VERSIONS), List.of(100)), random);
        assertThat(plan == null ? "" : "%04x".formatted(plan.group())).isEqualTo(choice);
    }

    /** Whose order counts, the site's suites, the client's, the choice; the first four as C was seen to do. */
    @ParameterizedTest
    @CsvSource({"c, 1301 1302 1303, 1302 1301, 1302", "c, 1301 1302 1303, fafa 1303, 1303",
            "c, 1301 1302 1303, 1304, ''", "c, 1301 1302 1303, c02b, ''",
            "c, 1301 1302, 1303 1302 1301, 1302", "c, 1302, 1303 1301, 1303", "s, 1302 1303 1301, 1301 1302 1303, 1302",
            "s, 1302 1303 1301, 1301 1303, 1303", "s, 1305, 1301 1305, 1305", "s, 1302, 1a1a c02b 1301 1303, 1301",
            "s, '', 1303, 1303", "s, 1a1a, 1a1a 1301, 1301"})
    void takesTheSuiteThatTheSiteWouldTake(String order, String site, String client, String choice) {
        byte[] hello = new ClientHelloBuilder(new byte[0], bytes(client.replace(" ", "")))
                .extension(Tls.SUPPORTED_VERSIONS, bytes("020304"))
                .extension(Tls.KEY_SHARE, bytes("0005001d000101")).sign(SECRET, NOW);
        List<Integer> suites = site.isEmpty()
                ? List.of()
                : Arrays.stream(site.split(" ")).map(s -> Integer.parseInt(s, 16)).toList();
        AnswerPlan plan = AnswerPlan.of(Hellos.parse(hello),
                new SiteProfile(new CipherPolicy(order.equals("c"), suites),
                        List.of(), List.of(SHARE, VERSIONS), List.of(100)),
                random);
        assertThat(plan == null ? "" : "%04x".formatted(plan.suite())).isEqualTo(choice);
    }

    @Test
    void leavesAClientWithoutTls13ToTheSite() {
        byte[] hello = Hellos.classic().extension(Tls.SUPPORTED_VERSIONS, bytes("0403030302")).sign(SECRET, NOW);
        assertThat(AnswerPlan.of(Hellos.parse(hello), MODERN_SITE, random)).isNull();
    }

    @Test
    void copiesExtensionsOfTheSiteThatTheClientOffers() {
        SiteProfile site = new SiteProfile(CipherPolicy.CLIENTS_CHOICE, List.of(Tls.X25519), List.of(
                new Extension(0x44cd, bytes("0102")), VERSIONS, new Extension(0x0029, bytes("0000")), SHARE),
                List.of(7));
        ParsedAnswer modern = ParsedAnswer
                .of(answer(Hellos.modern().sign(SECRET, NOW), site, new FixedKeys(1), SECRET));
        assertThat(modern.extensions().keySet()).containsExactly(0x44cd, 0x002b, 0x0033);
        assertThat(hex(modern.extensions().get(0x44cd))).isEqualTo("0102");
        ParsedAnswer classic = ParsedAnswer
                .of(answer(Hellos.classic().sign(SECRET, NOW), site, new FixedKeys(1), SECRET));
        assertThat(classic.extensions().keySet()).containsExactly(0x002b, 0x0033);
    }

    @Test
    void drawsTheFlightsLengthAsCDoes() {
        ClientHello hello = Hellos.parse(Hellos.classic().sign(SECRET, NOW));
        SiteProfile site = SiteProfile.likeC(false, 2000, true);
        Map<Integer, Integer> drawn = new TreeMap<>();
        for (int i = 0; i < 4000; i++) {
            drawn.merge(AnswerPlan.of(hello, site, random).flightLength(), 1, Integer::sum);
        }
        assertThat(drawn.keySet()).containsExactly(1999, 2000, 2001);
        assertThat(drawn.get(2000)).isBetween(1850, 2150);
        assertThat(drawn.get(1999)).isBetween(880, 1120);
    }

    @Test
    void fillsTheFlightWithNoise() {
        ParsedAnswer one = ParsedAnswer
                .of(answer(Hellos.modern().sign(SECRET, NOW), MODERN_SITE, new FixedKeys(1), SECRET));
        ParsedAnswer two = ParsedAnswer
                .of(answer(Hellos.modern().sign(SECRET, NOW), MODERN_SITE, new FixedKeys(1), SECRET));
        int ones = 0;
        int equal = 0;
        for (int i = 0; i < 3000; i++) {
            ones += Integer.bitCount(one.flight()[i] & 0xff);
            equal += one.flight()[i] == two.flight()[i] ? 1 : 0;
        }
        assertThat(ones).as("of 24000 bits").isBetween(11_500, 12_500);
        assertThat(equal).as("of 3000 bytes").isLessThan(60);
        // more than one chunk, and exactly the range
        byte[] b = new byte[10_002];
        new Noise(new SecureRandom()).fill(b, 1, 10_000);
        assertThat(b[0]).isZero();
        assertThat(b[10_001]).isZero();
        assertThat(Arrays.copyOfRange(b, 9_980, 10_001)).isNotEqualTo(new byte[21]);
    }

    @Test
    void writesOnlyItsRange() {
        byte[] hello = Hellos.modern().sign(SECRET, NOW);
        AnswerPlan plan = AnswerPlan.of(Hellos.parse(hello), MODERN_SITE, random);
        byte[] dst = new byte[plan.length() + 20];
        Arrays.fill(dst, (byte) 0x5a);
        ServerAnswer answers = new ServerAnswer(new FixedKeys(1), new Noise(new SecureRandom()));
        assertThat(answers.write(plan, SECRET, dst, 9)).isEqualTo(plan.length());
        assertThat(Arrays.copyOf(dst, 9)).containsOnly(0x5a);
        assertThat(Arrays.copyOfRange(dst, 9 + plan.length(), dst.length)).containsOnly(0x5a);
        ParsedAnswer.of(Arrays.copyOfRange(dst, 9, 9 + plan.length())).isBoundTo(hello, KEY);
        assertThatThrownBy(() -> answers.write(plan, SECRET, dst, 21)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesAnImpossibleProfile() {
        CipherPolicy any = CipherPolicy.CLIENTS_CHOICE;
        for (List<Extension> bad : List.of(List.<Extension>of(), List.of(SHARE), List.of(VERSIONS),
                List.of(SHARE, VERSIONS, SHARE))) {
            assertThatIllegalArgumentException().isThrownBy(() -> new SiteProfile(any, List.of(), bad, List.of(1)));
        }
        for (List<Integer> bad : List.of(List.<Integer>of(), List.of(0), List.of(-1), List.of(16_641), List.of(5, 0))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new SiteProfile(any, List.of(), List.of(SHARE, VERSIONS), bad));
        }
    }

    private byte[] answer(byte[] hello, SiteProfile site, KeyMaterial keys, TlsSecret secret) {
        AnswerPlan plan = AnswerPlan.of(Hellos.parse(hello), site, random);
        byte[] answer = new byte[plan.length()];
        // must not matter
        Arrays.fill(answer, (byte) 0x77);
        assertThat(new ServerAnswer(keys, new Noise(new SecureRandom())).write(plan, secret, answer, 0))
                .isEqualTo(answer.length);
        return answer;
    }
}
