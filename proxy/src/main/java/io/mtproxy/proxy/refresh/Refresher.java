package io.mtproxy.proxy.refresh;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks Telegram's site for the config and the secret, again and again, on a thread of its own. A round brings all of them or
 * changes nothing: what is in use and in the store is replaced only by what was checked as a whole.
 */
public final class Refresher {
    private static final long PAUSE_OF_FIRST = 1000;

    private final Sources sources;
    private final Fetcher fetcher;
    private final ConfigCheck check;
    private final SnapshotStore store;
    private final RefreshLog log;
    private final Pace pace;
    private final InstantSource clock;
    private final RefreshHistory history = new RefreshHistory();
    private final Thread thread = new Thread(this::run, "refresh");
    private final Object lock = new Object();
    private @Nullable Taker taker;
    /** A round has succeeded before the thread began. */
    private boolean begun;
    private boolean failing;
    private boolean asked;

    Refresher(Sources sources, Fetcher fetcher, ConfigCheck check, SnapshotStore store, RefreshLog log,
            Pace pace, InstantSource clock) {
        this.sources = sources;
        this.fetcher = fetcher;
        this.check = check;
        this.store = store;
        this.log = log;
        this.pace = pace;
        this.clock = clock;
    }

    /**
     * Prepares; nothing is asked yet.
     *
     * @param interval between two rounds, with a tenth of jitter
     * @param retry    after a failed round, then twice that, and so on up to the interval
     */
    public static Refresher of(Sources sources, Way way, ConfigCheck check, SnapshotStore store, RefreshLog log,
            Duration interval, Duration retry) {
        return new Refresher(sources, new Fetcher(way), check, store, log,
                new Pace(interval, retry, RandomGenerator.getDefault()), InstantSource.system());
    }

    /** What there was until now. */
    public RefreshHistory history() {
        return history;
    }

    /**
     * For who has nothing to begin with: asks until something good lies in the store. Blocks.
     *
     * @return why there is nothing in time; null when there is
     */
    public @Nullable String first(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            begun = round(null, deadline);
            if (begun) {
                return null;
            }
            if (deadline - System.nanoTime() < TimeUnit.MILLISECONDS.toNanos(PAUSE_OF_FIRST)) {
                return history.view().lastError();
            }
            Thread.sleep(PAUSE_OF_FIRST);
        }
    }

    /** Asks now, unless that was just done, and goes on with it on a thread that does not keep the process alive. */
    public void begin(Taker user) {
        taker = user;
        thread.setDaemon(true);
        thread.start();
    }

    /** Asks at once, again when that is being done. Any thread. */
    public void now() {
        synchronized (lock) {
            asked = true;
            lock.notifyAll();
        }
    }

    /** Ends the thread soon. */
    void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            boolean good = begun || round(taker, Long.MAX_VALUE);
            while (true) {
                await(pace.next(good));
                good = round(taker, Long.MAX_VALUE);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void await(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (lock) {
            while (!asked) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            }
            asked = false;
        }
    }

    /** One round; returns whether it was good. */
    boolean round(@Nullable Taker user, long deadline) throws InterruptedException {
        history.begun();
        try {
            Fresh fresh = fetch(deadline);
            save(fresh);
            if (user != null) {
                use(fresh, user);
            }
            succeeded(fresh);
            return true;
        } catch (Unfit e) {
            failed(e.text());
        } catch (RuntimeException | Error e) { // nobody else keeps the config fresh
            failed("a bug: " + e);
        }
        return false;
    }

    private Fresh fetch(long deadline) throws Unfit, InterruptedException {
        byte[] config = config(Document.config(sources.config()), deadline);
        if (sources.configV6() != null) {
            Document other = Document.config(sources.configV6());
            config = ConfigMerge.merge(config, config(other, deadline));
            complain(other, config);
        }
        byte[] secret = sources.secret() == null
                ? null
                : fetcher.fetch(Document.secret(sources.secret()), left(deadline));
        return new Fresh(config, secret);
    }

    private byte[] config(Document document, long deadline) throws Unfit, InterruptedException {
        byte[] config = fetcher.fetch(document, left(deadline));
        complain(document, config);
        return config;
    }

    private void complain(Document document, byte[] config) throws Unfit {
        String complaint = check.complaint(config);
        if (complaint != null) {
            throw document.unfit("a config with targets", config.length + " bytes: " + complaint);
        }
    }

    private static Duration left(long deadline) {
        return deadline == Long.MAX_VALUE
                ? Duration.ofDays(1)
                : Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    }

    private void save(Fresh fresh) throws Unfit {
        try {
            store.save(fresh.config(), fresh.secret());
        } catch (IOException e) {
            throw new Unfit(sources.config() + ": expected to keep it in " + store.config() + ", came " + e);
        }
    }

    private void use(Fresh fresh, Taker user) throws Unfit {
        String before = user.configInUse();
        String config = md5(fresh.config());
        boolean otherConfig = !config.equals(before);
        boolean otherSecret = fresh.secret() != null && !md5(fresh.secret()).equals(user.secretInUse());
        if (!otherConfig && !otherSecret) {
            return;
        }
        String why = user.take();
        if (why != null) {
            throw new Unfit(sources.config() + ": expected to use what came, came " + why);
        }
        history.changed();
        if (otherConfig) {
            log.line("refresh: " + sources.config() + ": expected config " + before + ", came " + config + " ("
                    + fresh.config().length + " bytes), in use now");
        }
        if (otherSecret) {
            log.line("refresh: " + sources.secret()
                    + ": expected the secret in use, came another one, new links use it");
        }
    }

    private void succeeded(Fresh fresh) {
        history.succeeded(clock.millis() / 1000);
        log.line(failing ? 0 : 1, "refresh: " + sources.config() + ": expected a config, came one of "
                + fresh.config().length + " bytes" + (failing ? ", after failures" : ""));
        failing = false;
    }

    /** The first of a row is told, and the others to who wants to know. */
    private void failed(String why) {
        history.failed(Unfit.oneLine(why));
        log.line(failing ? 1 : 0, "refresh: " + why + "; what is in use stays");
        failing = true;
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
