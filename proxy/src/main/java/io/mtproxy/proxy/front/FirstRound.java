package io.mtproxy.proxy.front;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One domain of the first round, on a thread of its own: a name server that does not answer cannot be interrupted. */
final class FirstRound implements FrontLog {
    /** What a probe may take beyond its deadline: the time to look at what it has. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final String domain;
    private final SiteRound round;
    private final long deadline;
    private final FutureTask<Site> task;
    /** Lines that wait for their turn, so that those of one domain stand together. */
    private final List<Runnable> lines = new ArrayList<>();
    private final FrontLog log;
    private volatile @Nullable InetAddress address;

    private FirstRound(String domain, SiteRound round, long deadline, FrontLog log) {
        this.domain = domain;
        this.round = round;
        this.deadline = deadline;
        this.log = log;
        this.task = new FutureTask<>(() -> round.first(domain, deadline, found -> address = found, this));
    }

    /** Asks all sites at once. Blocks until the deadline at most, never fails; lines come in the order of the domains. */
    static List<Site> run(List<String> domains, SiteRound round, long deadline, FrontLog log) {
        List<FirstRound> all = new ArrayList<>();
        for (String domain : domains) {
            FirstRound one = new FirstRound(domain, round, deadline, log);
            Thread thread = new Thread(one.task, "site-" + Domains.escape(domain));
            thread.setDaemon(true);
            thread.start();
            all.add(one);
        }
        return all.stream().map(FirstRound::end).toList();
    }

    private Site end() {
        try {
            Site site = task.get(deadline + GRACE_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS);
            lines.forEach(Runnable::run);
            return site;
        } catch (TimeoutException e) {
            task.cancel(true);
            return round.late(domain, address, log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return round.late(domain, address, log);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the probe of " + domain + " failed", e.getCause());
        }
    }

    @Override
    public void line(String text) {
        lines.add(() -> log.line(text));
    }

    @Override
    public void line(int level, String text) {
        lines.add(() -> log.line(level, text));
    }
}
