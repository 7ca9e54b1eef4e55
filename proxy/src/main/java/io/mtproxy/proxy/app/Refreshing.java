package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.BackendConfig;
import io.mtproxy.proxy.config.BackendConfigFile;
import io.mtproxy.proxy.config.PasswordFile;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.SystemResolver;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.Users;
import io.mtproxy.proxy.refresh.RefreshHistory;
import io.mtproxy.proxy.refresh.RefreshLog;
import io.mtproxy.proxy.refresh.Refresher;
import io.mtproxy.proxy.refresh.SnapshotStore;
import io.mtproxy.proxy.refresh.Sources;
import io.mtproxy.proxy.refresh.Taker;
import io.mtproxy.proxy.refresh.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code --refresh}: the first process fetches Telegram's config and secret and keeps them in the state directory; all
 * processes read them there, workers when they are sent the supervisor's SIGHUP. So there is one request, one state to tell, and
 * workers need nothing that they cannot do anyway.
 */
public final class Refreshing {
    /** Milliseconds of what is called a second, for tests. */
    private static final String SECOND_PROPERTY = "mtproxy.refresh.second";
    private static final int RETRY_SECONDS = 60;
    private static final int FIRST_SECONDS = 15;

    private final Settings settings;
    private final SnapshotStore store;
    /** Null in a worker: its supervisor does that. */
    private final @Nullable Refresher refresher;
    private volatile String configInUse = PasswordFile.NONE.md5();
    private volatile String secretInUse = PasswordFile.NONE.md5();

    private Refreshing(Settings settings, SnapshotStore store, @Nullable Refresher refresher) {
        this.settings = settings;
        this.store = store;
        this.refresher = refresher;
    }

    /**
     * Makes sure that there is something to begin with: a file, what was kept, or else the first answer.
     *
     * @param user   whom the process is going to run as
     * @param worker not null in a worker
     * @return null with direct connections only, which need neither
     */
    static @Nullable Refreshing begin(Settings settings, Settings.Refresh refresh, String user, boolean worker, Log log)
            throws Refusal {
        if (!settings.middleProxies()) {
            log.line(worker ? 1 : 0, "warning: --refresh has no effect on direct connections");
            return null;
        }
        SnapshotStore store = new SnapshotStore(directory(user, log), Users.root() ? user : null);
        if (worker) {
            return new Refreshing(settings, store, null);
        }
        Refreshing all = new Refreshing(settings, store, refresher(settings, refresh, store, log));
        all.begin(log);
        return all;
    }

    private static Path directory(String user, Log log) throws Refusal {
        Path directory = StateDirectory.choose(System::getenv, user, log);
        if (directory == null) {
            throw Refusal.exit(1,
                    Line.log("fatal: --refresh needs a directory to keep what it fetches, and there is none that "
                            + "can be written; set STATE_DIRECTORY to one"));
        }
        if (Users.root() && !owns(user, directory)) {
            throw Refusal.exit(1, Line.log("fatal: --refresh: " + directory + " does not belong to " + user
                    + ", who is going to write there: chown it, or set STATE_DIRECTORY to another one"));
        }
        return directory;
    }

    /** Whether that user, who is not root any more when it writes, may write there. */
    static boolean owns(String user, Path directory) {
        try {
            return user.equals("root") || Files.getOwner(directory).getName().equals(user);
        } catch (IOException e) {
            return false;
        }
    }

    private static Refresher refresher(Settings settings, Settings.Refresh refresh, SnapshotStore store, Log log)
            throws Refusal {
        boolean ownSecret = settings.telegram().passwordFile() != null;
        try {
            return Refresher.of(
                    new Sources(refresh.config(), refresh.configV6(), ownSecret ? null : refresh.secret()),
                    Way.of(refresh.certificates(), refresh.proxy()), Refreshing::complaint, store, new Lines(log),
                    seconds(refresh.seconds()), seconds(RETRY_SECONDS));
        } catch (IOException e) {
            throw Refusal.exit(2, Line.log("fatal: --refresh: " + e.getMessage()));
        }
    }

    private static Duration seconds(int count) {
        return Duration.ofMillis(count * Long.getLong(SECOND_PROPERTY, 1000));
    }

    private static @Nullable String complaint(byte[] config) {
        try {
            BackendConfigFile.parse("config", config, new SystemResolver(), 0);
            return null;
        } catch (Refusal e) {
            return e.lines().getFirst().text();
        }
    }

    private void begin(Log log) throws Refusal {
        boolean file = !settings.configFile().isEmpty();
        try {
            if (file) {
                store.setAside();
            }
        } catch (IOException e) {
            throw Refusal.exit(1, Line.log("fatal: --refresh: cannot move " + store.config() + ": " + e.getMessage()));
        }
        boolean config = file || kept(log);
        if (config ? hasSecret() : mayGoDirectly()) { // data centres want neither: where the site is blocked, nobody waits for it
            return;
        }
        String why = first(log);
        if (why != null && !config) {
            throw Refusal.exit(1,
                    Line.log("fatal: there is no config to begin with: no <config-file> is given, none is kept in "
                            + store.config() + ", and none came within " + FIRST_SECONDS + " s: " + why));
        }
    }

    /** With a tag nobody does: only middle proxies show promoted channels. */
    private boolean mayGoDirectly() {
        return settings.direct().route() == Settings.Route.AUTO && settings.telegram().proxyTag() == null;
    }

    /** Whether a config of an earlier life is there and good. */
    private boolean kept(Log log) {
        Path newest = store.newest();
        if (newest == null) {
            return false;
        }
        try {
            BackendConfigFile.load(newest.toString(), new SystemResolver(), 0);
            return true;
        } catch (Refusal e) {
            log.warning("refresh: " + newest + ": expected a config, came " + e.lines().getFirst().text());
            return false;
        }
    }

    private boolean hasSecret() {
        return settings.telegram().passwordFile() != null || password() != null || PasswordFile.defaultExists();
    }

    private @Nullable String first(Log log) {
        log.line("refresh: waiting for the first config, " + FIRST_SECONDS + " s at most");
        try {
            return refresher == null ? null : refresher.first(Duration.ofSeconds(FIRST_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** The file to read the config from: the fetched one of this life, else the given one, else that of an earlier life. */
    String configFile() {
        Path current = store.current();
        if (current == null && settings.configFile().isEmpty()) {
            current = store.newest();
        }
        return current == null ? settings.configFile() : current.toString();
    }

    /** The secret that is kept; null when there is none, or one is given. */
    @Nullable
    PasswordFile password() {
        if (settings.telegram().passwordFile() != null) {
            return null;
        }
        try {
            byte[] secret = store.readSecret();
            return secret == null ? null : PasswordFile.of(store.secret().toString(), secret, line -> {});
        } catch (IOException | Refusal e) {
            return null; // whoever writes there is going to write a good one
        }
    }

    /** Whether a config is in use. */
    boolean hasConfig() {
        return !configInUse.equals(PasswordFile.NONE.md5());
    }

    /** What is in use now. */
    void used(BackendConfig config, @Nullable PasswordFile password) {
        configInUse = config.md5();
        if (password != null) {
            secretInUse = password.md5();
        }
    }

    /** Goes on, on a thread of its own. */
    void keep(Life life) {
        if (refresher != null) {
            refresher.begin(new User(life));
        }
    }

    /** Fetches at once. */
    void now() {
        if (refresher != null) {
            refresher.now();
        }
    }

    /** How often the site was asked, and what came of it. */
    RefreshHistory history() {
        return refresher == null ? new RefreshHistory() : refresher.history();
    }

    private final class User implements Taker {
        private final Life life;

        User(Life life) {
            this.life = life;
        }

        @Override
        public String configInUse() {
            return configInUse;
        }

        @Override
        public String secretInUse() {
            return secretInUse;
        }

        @Override
        public @Nullable String take() {
            return life.refreshed();
        }
    }

    private record Lines(Log log) implements RefreshLog {
        @Override
        public void line(String text) {
            log.line(text);
        }

        @Override
        public void line(int level, String text) {
            log.line(level, text);
        }
    }
}
