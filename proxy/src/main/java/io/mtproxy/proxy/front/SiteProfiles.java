package io.mtproxy.proxy.front;

import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The sites as they are known now. Readers take {@link #current} once per client; what is found out later replaces it as a
 * whole. Any thread.
 */
public final class SiteProfiles {
    /** In {@link #text} a line before each sighting: the address, or - where there is none. */
    private static final String AT = "at ";

    private final FrontSettings settings;
    private final OwnSockets own;
    private final SiteRound round;
    private volatile Sites current;
    private volatile @Nullable SiteBoard board;

    private SiteProfiles(FrontSettings settings, OwnSockets own, SiteRound round, Sites sites) {
        this.settings = settings;
        this.own = own;
        this.round = round;
        this.current = sites;
    }

    /**
     * The first round: asks all sites at once, except those of which enough is known. Blocks, for the limit of the settings at
     * most; never fails.
     */
    public static SiteProfiles ask(FrontSettings settings, SiteResolver resolver, OwnSockets own, FrontLog log) {
        long deadline = System.nanoTime() + settings.limit().toNanos();
        SiteRound round = new SiteRound(settings, resolver, own, new SecureRandom());
        return new SiteProfiles(settings, own, round,
                new Sites(FirstRound.run(settings.domains(), round, deadline, log)));
    }

    /**
     * Sites that another process has asked.
     *
     * @param text of {@link #text}
     * @throws IllegalArgumentException when it is not about exactly the domains of the settings
     */
    public static SiteProfiles take(String text, FrontSettings settings, SiteResolver resolver, OwnSockets own) {
        SiteRound round = new SiteRound(settings, resolver, own, new SecureRandom());
        return new SiteProfiles(settings, own, round, parse(text, settings, own));
    }

    /** The newest; may be another one at each call. */
    public Sites current() {
        return current;
    }

    /** One thread at a time. */
    void use(Sites sites) {
        current = sites;
        SiteBoard others = board;
        if (others != null) {
            others.write(text());
        }
    }

    /** Takes over what another process has found out later. */
    public void use(String text) {
        current = parse(text, settings, own);
    }

    /** All that is known now, for another process. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Site site : current.all()) {
            InetAddress address = site.address();
            text.append(AT).append(address == null ? "-" : address.getHostAddress()).append('\n');
            text.append(SightingText.write(site.sighting()));
        }
        return text.toString();
    }

    private static Sites parse(String text, FrontSettings settings, OwnSockets own) {
        String[] parts = text.split("(?m)^" + AT, -1);
        if (parts.length != settings.domains().size() + 1 || !parts[0].isEmpty()) {
            throw new IllegalArgumentException((parts.length - 1) + " sites, expected " + settings.domains().size());
        }
        List<Site> sites = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            int line = parts[i].indexOf('\n');
            try {
                String at = parts[i].substring(0, Math.max(0, line));
                InetAddress address = at.equals("-") ? null : InetAddress.ofLiteral(at);
                SiteSighting sighting = SightingText.read(parts[i].substring(line + 1), settings.domains().get(i - 1));
                sites.add(new Site(sighting, address, settings.port(), own));
            } catch (SightingText.Malformed e) {
                throw new IllegalArgumentException(settings.domains().get(i - 1) + ": " + e.getMessage(), e);
            }
        }
        return new Sites(sites);
    }

    /** Tells other processes, now and whenever something changes. */
    public void tell(SiteBoard to) {
        board = to;
        to.write(text());
    }

    /** Begins to ask the sites again and again, on a thread of its own, until it is closed. */
    public SiteRounds keepAsking(FrontLog log) {
        return rounds(log, RandomGenerator.getDefault(), Thread::sleep).begin();
    }

    SiteRounds rounds(FrontLog log, RandomGenerator jitter, SiteRound.Pause pause) {
        return new SiteRounds(this, round, settings, log, jitter, pause);
    }
}
