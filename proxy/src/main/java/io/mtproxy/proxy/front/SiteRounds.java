package io.mtproxy.proxy.front;

import io.mtproxy.proxy.front.SiteRound.Later;
import io.mtproxy.proxy.front.SiteRound.Pause;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Asks the sites again and again, on a thread of its own, far from the event loops. */
public final class SiteRounds implements AutoCloseable {
    /** A site that was never seen is asked again so soon, then after twice the time, and so on up to the usual interval. */
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);

    private final SiteProfiles profiles;
    private final SiteRound round;
    private final FrontLog log;
    private final RandomGenerator random;
    private final Pause pause;
    private final long interval;
    private final Thread thread = new Thread(this::run, "site-rounds");
    /** What was said last about a domain that cannot be asked. */
    private final Map<String, String> troubles = new HashMap<>();
    private long retry = FIRST_RETRY.toMillis();

    SiteRounds(SiteProfiles profiles, SiteRound round, FrontSettings settings, FrontLog log, RandomGenerator random,
            Pause pause) {
        this.profiles = profiles;
        this.round = round;
        this.log = log;
        this.random = random;
        this.pause = pause;
        this.interval = settings.interval().toMillis();
    }

    /** Begins. */
    SiteRounds begin() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                pause.millis(nextPause());
                for (Site site : profiles.current().all()) {
                    ask(site);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** Never the same, so that no clock tells whose visitor that is. */
    private long nextPause() {
        long usual = interval;
        if (!profiles.current().all().stream().allMatch(Site::probed)) {
            usual = Math.min(retry, interval);
            retry = usual * 2;
        }
        return random.nextLong(usual * 3 / 4, usual * 5 / 4 + 1);
    }

    private void ask(Site before) throws InterruptedException {
        Later later = round.later(before, pause, random, log);
        profiles.use(profiles.current().with(later.site()));
        tell(before.sighting(), later);
    }

    /** A trouble once, until it is another one or over; a site that has changed. */
    private void tell(SiteSighting before, Later later) {
        SiteSighting now = later.site().sighting();
        String trouble = later.trouble();
        if (trouble != null) {
            if (!trouble.equals(troubles.put(before.domain(), trouble))) {
                log.line(0, trouble + "; what is known about " + before.domain() + " stays in use");
            }
            return;
        }
        boolean changed = !before.probed() || !SiteReport.sameInTheClear(before, now);
        log.line(troubles.remove(before.domain()) != null || changed ? 0 : 1,
                "checked domain " + before.domain() + " again: " + SiteReport.summary(now));
        if (changed) {
            SiteReport.advice(now, log);
        }
    }

    /** Ends the thread soon; what it is about to find out is lost. */
    @Override
    public void close() {
        thread.interrupt();
    }
}
