package io.mtproxy.proxy.client;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.ReplayCache;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.front.Site;
import io.mtproxy.proxy.front.SiteProfiles;
import io.mtproxy.proxy.front.Sites;
import io.mtproxy.proxy.front.Splices;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.Output;
import io.mtproxy.wire.faketls.AnswerPlan;
import io.mtproxy.wire.faketls.ClientHello;
import io.mtproxy.wire.faketls.HelloTime;
import io.mtproxy.wire.faketls.HelloVerifier;
import io.mtproxy.wire.faketls.HelloVerifier.Verified;
import io.mtproxy.wire.faketls.KeyMaterial;
import io.mtproxy.wire.faketls.Noise;
import io.mtproxy.wire.faketls.RecordSizes;
import io.mtproxy.wire.faketls.RecordSizes.Step;
import io.mtproxy.wire.faketls.ServerAnswer;
import io.mtproxy.wire.faketls.TlsSecret;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of one loop share under {@code -D}: it tells ours from all others by their ClientHello, and answers ours as
 * the site would. On the loop's thread.
 */
public final class Disguise {
    /** C: clients that come in by this port are never ours. */
    private static final int HTTP_PORT = 80;
    /**
     * As servers grow theirs: small at first, so that a client has something to show early, then large. At most 16384 bytes:
     * clients before 2020 take no more.
     */
    static final RecordSizes SIZES = RecordSizes.of(new Step(1180, 1400, 16), new Step(3800, 4200, 8),
            new Step(15_000, 16_384, 1));

    /** Connections per second to a near site for clients that have not said anything. */
    private static final int EARLY = 50;

    final Splices splices;
    private final Counters counters;
    private final SiteProfiles profiles;
    private final ReplayCache replays;
    private final SecretHints hints;
    private final ServerAnswer answer;
    private final SplittableRandom random = new SplittableRandom();
    private final RateLimit early = new RateLimit(EARLY);
    private final LongSupplier unixTime;
    private HelloVerifier verifier;

    /** A client of ours, and how to answer it. */
    record Admitted(AnswerPlan plan, TlsSecret secret) {}

    /**
     * @param splices of the same loop
     * @param replays shared by all loops, as {@code hints} are
     * @param keys    of this loop's thread
     */
    public Disguise(SiteProfiles profiles, Splices splices, ReplayCache replays, SecretHints hints, KeyMaterial keys,
            Secrets secrets, Counters counters) {
        this(profiles, splices, replays, hints, keys, secrets, counters, () -> System.currentTimeMillis() / 1000);
    }

    Disguise(SiteProfiles profiles, Splices splices, ReplayCache replays, SecretHints hints, KeyMaterial keys,
            Secrets secrets, Counters counters, LongSupplier unixTime) {
        this.profiles = profiles;
        this.splices = splices;
        this.replays = replays;
        this.hints = hints;
        this.answer = new ServerAnswer(keys, new Noise(new SecureRandom()));
        this.counters = counters;
        this.unixTime = unixTime;
        this.verifier = verifier(secrets);
    }

    /** New clients need one of these from now on. */
    void use(Secrets secrets) {
        verifier = verifier(secrets);
    }

    private static HelloVerifier verifier(Secrets secrets) {
        return new HelloVerifier(secrets.keys().stream().map(TlsSecret::new).toList());
    }

    /**
     * Whether a client is ours. The order keeps others from filling the replay cache: only what a secret fits gets there.
     *
     * @param hello whole, and all that has come
     * @return null when the site is to answer
     */
    @Nullable
    Admitted admit(ClientHello hello, Endpoint peer, Endpoint local) {
        Site site = site(hello);
        Verified verified = site == null || local.port() == HTTP_PORT
                ? null
                : verifier.verify(hello, hints.of(peer.address()));
        if (site == null || verified == null) {
            counters.increment(Counter.HELLOS_FOREIGN);
            return null;
        }
        AnswerPlan plan = AnswerPlan.of(hello, site.profile(hello), random);
        long now = unixTime.getAsLong();
        if (plan == null || !HelloTime.accepts(verified.timestamp(), now, replays.rememberedSince(now))) {
            counters.increment(Counter.HELLOS_STALE);
            return null;
        }
        if (!replays.admit(hello.array(), hello.randomOffset(), now)) {
            counters.increment(Counter.HELLOS_REPLAYED);
            return null;
        }
        hints.seen(peer.address(), verified.secretIndex());
        counters.increment(Counter.HELLOS_ANSWERED);
        return new Admitted(plan, verified.secret());
    }

    /** The site that a client of ours asks for; one that names none has the first; null when it asks for one that is not ours. */
    private @Nullable Site site(ClientHello hello) {
        Sites sites = profiles.current();
        String name = hello.serverName();
        return name == null ? sites.fallback() : sites.get(name);
    }

    /**
     * Whether a client that has said nothing yet goes to the site at once, so that the site's deadlines are seen to the
     * millisecond. Only where that is cheap: most clients are ours, and speak at once.
     */
    boolean connectsEarly() {
        return profiles.current().fallback().near() && early.admit();
    }

    /** Stages the answer; the hello's bytes must still be there. */
    void answer(Admitted client, Output out) {
        int length = client.plan().length();
        out.room(length, length);
        out.advance(answer.write(client.plan(), client.secret(), out.array(), out.position()));
    }

    /** Where a client that is not ours goes. Null: nowhere. */
    @Nullable
    InetSocketAddress target(@Nullable ClientHello hello, Endpoint local) {
        return profiles.current().of(hello == null ? null : hello.serverName()).target(local.port());
    }
}
