package io.mtproxy.proxy.front;

import io.mtproxy.proxy.front.SiteProbe.Heard;
import io.mtproxy.proxy.front.SiteProbe.Outcome;
import io.mtproxy.wire.crypto.Digests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Finds out about one site at start: by what was kept, by asking it, or by drawing. Any thread. */
final class SiteRound {
    private static final long FRESH_SECONDS = TimeUnit.DAYS.toSeconds(1);
    /** A sighting may come from a clock that went ahead a little. */
    private static final long SKEW_SECONDS = 300;
    /** Between two connections of a later round. */
    private static final long MIN_GAP_MILLIS = 1_000;
    private static final long MAX_GAP_MILLIS = 30_000;

    private final FrontSettings settings;
    private final SiteResolver resolver;
    private final OwnSockets own;
    private final @Nullable SightingStore store;
    private final SecureRandom random;

    SiteRound(FrontSettings settings, SiteResolver resolver, OwnSockets own, SecureRandom random) {
        this.settings = settings;
        this.resolver = resolver;
        this.own = own;
        this.store = settings.state() == null ? null : new SightingStore(settings.state());
        this.random = random;
    }

    /**
     * The first round of one domain: C's steps and lines, after a look at what is kept.
     *
     * @param deadline by {@link System#nanoTime}
     * @param found    told the address as soon as it is known
     */
    Site first(String domain, long deadline, Consumer<@Nullable InetAddress> found, FrontLog log) {
        SiteSighting kept = kept(domain, log);
        InetAddress address = resolver.resolve(domain);
        found.accept(address);
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("too late for " + domain); // nobody waits any more
        }
        if (address == null) {
            log.line("Failed to resolve host " + domain);
        } else if (kept == null || !fresh(kept)) {
            SiteSighting seen = ask(domain, address, deadline, log);
            if (seen != null) {
                save(seen, log);
                return site(seen, address);
            }
        }
        return site(without(domain, kept, log), address);
    }

    /**
     * When there is no time left to wait for its answer, or even for its address.
     *
     * @param address null when it is not known yet
     */
    Site late(String domain, @Nullable InetAddress address, FrontLog log) {
        log.line(address == null
                ? "Failed to resolve host " + domain
                : "Failed to check domain " + domain + " in 5 seconds");
        return site(without(domain, kept(domain, log), log), address);
    }

    /**
     * A later round of one domain: one connection after the other with pauses in between, as visitors come, so that nobody
     * sees a burst every few hours. What could not be found out stays as it was.
     */
    Later later(Site before, Pause pause, RandomGenerator jitter, FrontLog log)
            throws InterruptedException {
        String domain = before.domain();
        InetAddress address = resolver.resolve(domain);
        if (address == null) {
            return new Later(before, "cannot resolve " + domain);
        }
        Site moved = site(before.sighting(), address);
        if (own.accept(address, settings.port())) {
            return new Later(moved, domain + " is at " + address.getHostAddress() + ", which is this proxy itself");
        }
        List<Heard> heard = new ArrayList<>();
        ProbeFailure failure = null;
        int failures = 0;
        for (ProbeHello hello : ProbeHello.mixed(settings.connections(), domain, random)) {
            pause.millis(jitter.nextLong(MIN_GAP_MILLIS, MAX_GAP_MILLIS));
            Outcome one = SiteProbe.ask(domain, target(address), settings.preface(), List.of(hello),
                    System.nanoTime() + settings.limit().toNanos());
            heard.addAll(one.heard());
            failure = one.failure() == null ? failure : one.failure();
            failures = one.heard().getFirst().answer() == null ? failures + 1 : failures;
            if (failures > settings.connections() / 2) {
                break;
            }
        }
        SiteSighting seen = Sightings.of(domain, heard, now());
        if (seen == null) {
            return new Later(moved, failure == null ? "no answer from " + domain : failure.line());
        }
        save(seen, log);
        return new Later(site(seen, address), null);
    }

    /**
     * How a later round has ended.
     *
     * @param site as it is known now, with its address of now
     * @param trouble why nothing new is known; null = the site was seen
     */
    record Later(Site site, @Nullable String trouble) {}

    /** Lets time pass. */
    @FunctionalInterface
    interface Pause {
        void millis(long millis) throws InterruptedException;
    }

    private @Nullable SiteSighting ask(String domain, InetAddress address, long deadline, FrontLog log) {
        long begun = System.nanoTime();
        List<ProbeHello> hellos = ProbeHello.mixed(settings.connections(), domain, random);
        Outcome outcome = SiteProbe.ask(domain, target(address), settings.preface(), hellos, deadline);
        SiteSighting seen = Sightings.of(domain, outcome.heard(), now());
        ProbeFailure failure = outcome.failure();
        if (seen == null) {
            log.line(failure == null ? "Failed to check domain " + domain + " in 5 seconds" : failure.line());
        } else {
            if (failure != null) {
                log.line(1, "not all connections to " + domain + " were answered: " + failure.line());
            }
            SiteReport.cLines(domain, outcome.heard(), System.nanoTime() - begun, log);
            SiteReport.advice(seen, log);
        }
        return seen;
    }

    /** What to do without an answer: what was seen before is better than what was never seen. */
    private SiteSighting without(String domain, @Nullable SiteSighting kept, FrontLog log) {
        if (kept != null && kept.probed()) {
            log.line(0, "Using response data about " + domain + " of " + (now() - kept.seenAt()) / 60 + " minutes ago: "
                    + SiteReport.summary(kept));
            return kept;
        }
        log.line("Failed to update response data about " + domain + ", so default response settings wiil be used");
        if (kept != null) {
            return kept;
        }
        SiteSighting drawn = Sightings.drawn(domain, draw(domain), now());
        save(drawn, log);
        return drawn;
    }

    private int draw(String domain) {
        byte[] digest = Digests.hmacSha256(settings.drawKey(), domain.getBytes(StandardCharsets.UTF_8));
        return Math.floorMod(ByteBuffer.wrap(digest).getInt(), Sightings.DRAWN_RANGE);
    }

    private @Nullable SiteSighting kept(String domain, FrontLog log) {
        try {
            SiteSighting kept = store == null ? null : store.load(domain);
            return kept != null && kept.probed() && Domains.local(domain) ? null : kept;
        } catch (IOException e) {
            log.line(0, "cannot use what is kept about " + domain + ": " + e.getMessage());
            return null;
        }
    }

    private void save(SiteSighting sighting, FrontLog log) {
        if (store == null || (sighting.probed() && Domains.local(sighting.domain()))) {
            return;
        }
        try {
            store.save(sighting);
        } catch (IOException e) {
            log.line(0, "cannot keep what was seen of " + sighting.domain() + ": " + e);
        }
    }

    private Site site(SiteSighting sighting, @Nullable InetAddress address) {
        return new Site(sighting, address, settings.port(), own);
    }

    private InetSocketAddress target(InetAddress address) {
        return new InetSocketAddress(address, settings.port());
    }

    private static boolean fresh(SiteSighting kept) {
        long age = now() - kept.seenAt();
        return kept.probed() && age < FRESH_SECONDS && age > -SKEW_SECONDS;
    }

    static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
