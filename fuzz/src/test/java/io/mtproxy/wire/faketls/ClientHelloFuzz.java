package io.mtproxy.wire.faketls;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.faketls.HelloVerifier.Verified;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A ClientHello as it comes, or with its lengths put right, or signed with one of the secrets: every question about it has
 * an answer, and what we answer to it is what its client accepts.
 */
public final class ClientHelloFuzz {
    private static final int MAX_ALLOCATION = 256 << 10;
    private static final long TIME = 1_790_000_000L;
    private static final TlsSecret FIRST = new TlsSecret(new byte[] {1});
    private static final TlsSecret SECOND = new TlsSecret(new byte[] {2});
    private static final HelloVerifier VERIFIER = new HelloVerifier(List.of(FIRST, SECOND));
    private static final SiteProfile SITE = new SiteProfile(SiteProfile.CipherPolicy.CLIENTS_CHOICE,
            List.of(Tls.X25519_MLKEM768, Tls.X25519), List.of(SiteProfile.Extension.made(Tls.SUPPORTED_VERSIONS),
                    SiteProfile.Extension.made(Tls.KEY_SHARE), new SiteProfile.Extension(16, new byte[3])),
            List.of(1, 300));
    private static final ServerAnswer ANSWER = new ServerAnswer(new NoKeys(), new Noise(new SecureRandom()));

    private ClientHelloFuzz() {}

    /** Keys that cost nothing. */
    private static final class NoKeys implements KeyMaterial {
        @Override
        public void x25519(byte[] dst, int off) {
            Arrays.fill(dst, off, off + X25519, (byte) 1);
        }

        @Override
        public void mlKem768(byte[] key, int keyOff, byte[] dst, int off) {
            require(keyOff >= 0 && keyOff + MLKEM768_KEY <= key.length, "key at " + keyOff);
            Arrays.fill(dst, off, off + MLKEM768_CIPHERTEXT, (byte) 2);
        }
    }

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 16L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int how = in.choice(4);
        byte[] record = in.rest();
        if (how > 0) {
            record = HelloBytes.repaired(record);
        }
        if (how > 1) {
            ClientHelloBuilder.sign(record, how == 2 ? FIRST : SECOND, TIME);
        }
        byte[] b = new byte[7 + record.length];
        System.arraycopy(record, 0, b, 7, record.length);
        ClientHello hello = ClientHello.parse(b, 7, record.length);
        if (hello == null) {
            return;
        }
        questions(hello);
        Verified verified = VERIFIER.verify(hello, 1);
        if (how > 1) {
            same(verified == null ? null : verified.secretIndex(), how - 2, "secret");
            same(verified.timestamp(), TIME, "time");
            answer(hello, record, verified.secret());
        }
    }

    private static void questions(ClientHello hello) {
        byte[] id = new byte[hello.sessionIdLength()];
        hello.copySessionId(id, 0);
        hello.copyRandom(new byte[Tls.RANDOM_LENGTH], 0);
        require(hello.suites() > 0, "no suite");
        for (int i = 0; i < hello.suites(); i++) {
            int suite = hello.suite(i);
            same(hello.offersSuite(suite), !Tls.grease(suite), "suite " + suite);
        }
        String name = hello.serverName();
        if (name != null) {
            require(!name.isEmpty() && hello.asksFor(name.getBytes(StandardCharsets.ISO_8859_1)), "name");
            require(hello.hasExtension(Tls.SERVER_NAME), "a name without its extension");
        }
        require(!hello.offersTls13() || hello.hasExtension(Tls.SUPPORTED_VERSIONS), "a version without its extension");
        for (int group : new int[] {Tls.X25519, Tls.X25519_MLKEM768, 0, 0xffff}) {
            int length = hello.keyShareLength(group);
            require(length == -1 || (length > 0 && hello.keyShareOffset(group) + length <= hello.array().length),
                    "share of " + length);
            hello.supportsGroup(group);
        }
    }

    private static void answer(ClientHello hello, byte[] record, TlsSecret secret) {
        AnswerPlan plan = AnswerPlan.of(hello, SITE, new SplittableRandom(1));
        if (plan == null) {
            return;
        }
        byte[] answer = new byte[plan.length()];
        same(ANSWER.write(plan, secret, answer, 0), answer.length, "length of the answer");
        same(new ServerAnswerVerifier(secret, record).verify(answer, 0, answer.length), answer.length,
                "the answer's length to its client");
    }
}
