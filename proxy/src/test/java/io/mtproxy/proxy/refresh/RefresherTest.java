package io.mtproxy.proxy.refresh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RefresherTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration HASTY = Duration.ofSeconds(1);
    private static final String GOOD = "proxy_for 1 10.0.0.1:80;\n";
    private static final String OTHER = "proxy_for 1 10.0.0.2:80;\n";
    private static final byte[] SECRET = new byte[32];

    @TempDir
    private static Path keys;
    @TempDir
    private Path folder;

    private FakeOrigin origin;
    private SnapshotStore store;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final User user = new User();

    /** Takes what lies in the store. */
    private final class User implements Taker {
        private final BlockingQueue<String> taken = new LinkedBlockingQueue<>();
        private String config = "none";
        private String secret = "none";
        private @Nullable String refusal;

        @Override
        public String configInUse() {
            return config;
        }

        @Override
        public String secretInUse() {
            return secret;
        }

        @Override
        public @Nullable String take() {
            if (refusal != null) {
                return refusal;
            }
            try {
                config = md5(Files.readAllBytes(store.config()));
                byte[] stored = store.readSecret();
                secret = stored == null ? "none" : md5(stored);
                taken.add(Files.readString(store.config()));
                return null;
            } catch (Exception e) {
                return e.toString();
            }
        }
    }

    private final class Lines implements RefreshLog {
        @Override
        public void line(String text) {
            lines.add(text);
        }

        @Override
        public void line(int level, String text) {
            lines.add(level == 0 ? text : level + " " + text);
        }
    }

    @BeforeEach
    void start() throws Exception {
        origin = FakeOrigin.start(keys);
        store = new SnapshotStore(folder, null);
        origin.text("/config", GOOD);
        origin.bytes("/secret", SECRET);
    }

    @AfterEach
    void stop() {
        origin.close();
    }

    private Refresher refresher(@Nullable URI configV6) throws Exception {
        Sources sources = new Sources(origin.url("/config"), configV6, origin.url("/secret"));
        Way way = new Way(Way.trust(origin.certificate()), null, LONG, LONG);
        return new Refresher(sources, new Fetcher(way), RefresherTest::complaint, store, new Lines(),
                new Pace(Duration.ofDays(1), Duration.ofDays(1), new Random(1)), () -> Instant.ofEpochSecond(77));
    }

    /** Enough of a parser. */
    private static @Nullable String complaint(byte[] config) {
        String text = new String(config, ISO_8859_1);
        return text.matches("(proxy_for -?\\d+ \\S+:\\d+;\n)+") ? null : "no targets";
    }

    private static String md5(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    }

    private boolean round(Refresher refresher) throws InterruptedException {
        return refresher.round(user, System.nanoTime() + LONG.toNanos());
    }

    @Test
    void whatIsGoodIsKeptAndUsed() throws Exception {
        Refresher refresher = refresher(null);
        assertThat(round(refresher)).isTrue();
        assertThat(user.taken).containsExactly(GOOD);
        assertThat(store.readSecret()).isEqualTo(SECRET);
        assertThat(refresher.history().view()).isEqualTo(new RefreshHistory.View(1, 0, 1, 77, ""));
        assertThat(lines).containsExactly(
                "refresh: " + origin.url("/config") + ": expected config none, came " + md5(GOOD.getBytes(ISO_8859_1))
                        + " (25 bytes), in use now",
                "refresh: " + origin.url("/secret")
                        + ": expected the secret in use, came another one, new links use it",
                "1 refresh: " + origin.url("/config") + ": expected a config, came one of 25 bytes");
    }

    @Test
    void whatIsUnchangedChangesNothing() throws Exception {
        Refresher refresher = refresher(null);
        round(refresher);
        Object before = Files.readAttributes(store.config(), "unix:ino,lastModifiedTime");
        assertThat(round(refresher)).isTrue();
        assertThat(user.taken).hasSize(1);
        assertThat((Object) Files.readAttributes(store.config(), "unix:ino,lastModifiedTime")).isEqualTo(before);
        assertThat(refresher.history().view()).isEqualTo(new RefreshHistory.View(2, 0, 1, 77, ""));
    }

    @Test
    void anotherSecretAloneIsAChange() throws Exception {
        Refresher refresher = refresher(null);
        round(refresher);
        byte[] other = new byte[64];
        origin.bytes("/secret", other);
        assertThat(round(refresher)).isTrue();
        assertThat(user.secret).isEqualTo(md5(other));
        assertThat(refresher.history().view().changes()).isEqualTo(2);
    }

    /** The heart of it. */
    @Test
    void whatIsBadNeverReplacesWhatIsGood() throws Exception {
        Refresher refresher = refresher(null);
        round(refresher);
        byte[] other = OTHER.getBytes(ISO_8859_1);
        Map<String, FakeOrigin.Answer> bad = Map.ofEntries(
                Map.entry("poisoned", FakeOrigin.body(200, "text/plain", "proxy_for x;".getBytes(ISO_8859_1))),
                Map.entry("without targets", FakeOrigin.body(200, "text/plain", "default 2;\n".getBytes(ISO_8859_1))),
                Map.entry("cut in a line", FakeOrigin.body(200, "text/plain", Arrays.copyOf(other, other.length - 5))),
                Map.entry("truncated", FakeOrigin.truncated(other)),
                Map.entry("html", FakeOrigin.body(200, "text/html", other)),
                Map.entry("empty", FakeOrigin.body(200, "text/plain", new byte[0])),
                Map.entry("too large", FakeOrigin.body(200, "text/plain", OTHER.repeat(50_000).getBytes(ISO_8859_1))),
                Map.entry("404", FakeOrigin.body(404, "text/plain", other)),
                Map.entry("500", FakeOrigin.body(500, "text/plain", other)),
                Map.entry("hanging", origin.hang()),
                Map.entry("hanging in the middle", origin.hangInTheMiddle(other)));
        long failures = 0;
        for (Map.Entry<String, FakeOrigin.Answer> each : bad.entrySet()) {
            origin.answer("/config", each.getValue());
            Duration limit = each.getKey().startsWith("hanging") ? HASTY : LONG;
            assertThat(refresher.round(user, System.nanoTime() + limit.toNanos())).as(each.getKey()).isFalse();
            failures++;
            assertThat(user.taken).as(each.getKey()).hasSize(1);
            assertThat(store.config()).as(each.getKey()).hasContent(GOOD);
            assertThat(refresher.history().view().failures()).as(each.getKey()).isEqualTo(failures);
            assertThat(refresher.history().view().lastError()).as(each.getKey())
                    .startsWith(origin.url("/config") + ": expected ").contains(", came ").doesNotContain("\n");
        }
        origin.text("/config", OTHER);
        assertThat(round(refresher)).isTrue();
        assertThat(user.taken).containsExactly(GOOD, OTHER);
        assertThat(refresher.history().view()).isEqualTo(new RefreshHistory.View(failures + 2, failures, 2, 77, ""));
    }

    @Test
    void aBadSecretHoldsUpTheConfigToo() throws Exception {
        Refresher refresher = refresher(null);
        round(refresher);
        origin.text("/config", OTHER);
        origin.bytes("/secret", new byte[31]);
        assertThat(round(refresher)).isFalse();
        assertThat(user.taken).containsExactly(GOOD);
        assertThat(store.config()).hasContent(GOOD);
        assertThat(store.readSecret()).isEqualTo(SECRET);
    }

    @Test
    void eachChangeOfStateIsOneLine() throws Exception {
        Refresher refresher = refresher(null);
        round(refresher);
        lines.clear();
        origin.answer("/config", FakeOrigin.body(500, "text/plain", new byte[3]));
        round(refresher);
        round(refresher);
        origin.text("/config", GOOD);
        round(refresher);
        round(refresher);
        String config = "refresh: " + origin.url("/config");
        assertThat(lines).containsExactly(config + ": expected status 200, came 500; what is in use stays",
                "1 " + config + ": expected status 200, came 500; what is in use stays",
                config + ": expected a config, came one of 25 bytes, after failures",
                "1 " + config + ": expected a config, came one of 25 bytes");
    }

    @Test
    void targetsOfASecondConfigAreAdded() throws Exception {
        origin.text("/config6", "proxy_for 1 [2001:db8::1]:80;\n");
        Refresher refresher = refresher(origin.url("/config6"));
        assertThat(round(refresher)).isTrue();
        assertThat(user.taken).containsExactly(GOOD + "proxy_for 1 [2001:db8::1]:80;\n");
        origin.text("/config6", "<b>");
        assertThat(round(refresher)).isFalse();
        assertThat(refresher.history().view().lastError())
                .isEqualTo(origin.url("/config6") + ": expected a config with targets, came 3 bytes: no targets");
    }

    @Test
    void whoCannotUseItSaysWhyAndIsAskedAgain() throws Exception {
        Refresher refresher = refresher(null);
        user.refusal = "a bad day";
        assertThat(round(refresher)).isFalse();
        assertThat(refresher.history().view().lastError())
                .isEqualTo(origin.url("/config") + ": expected to use what came, came a bad day");
        user.refusal = null;
        assertThat(round(refresher)).isTrue();
        assertThat(user.taken).containsExactly(GOOD);
    }

    @Test
    void whatCannotBeKeptIsNotUsed() throws Exception {
        store = new SnapshotStore(folder.resolve("missing"), null);
        Refresher refresher = refresher(null);
        assertThat(round(refresher)).isFalse();
        assertThat(user.taken).isEmpty();
        assertThat(refresher.history().view().lastError()).contains(": expected to keep it in " + store.config());
    }

    @Test
    void whoHasNothingWaitsForTheFirst() throws Exception {
        Refresher refresher = refresher(null);
        assertThat(refresher.first(LONG)).isNull();
        assertThat(store.config()).hasContent(GOOD);
    }

    @Test
    void theFirstIsNotWaitedForForEver() throws Exception {
        origin.answer("/config", origin.hang());
        assertThat(refresher(null).first(Duration.ofMillis(200)))
                .startsWith(origin.url("/config") + ": expected an answer within 1 s");
        assertThat(store.newest()).isNull();
    }

    @Test
    void asksAtOnceThenWhenItIsAskedTo() throws Exception {
        Refresher refresher = refresher(null);
        refresher.begin(user);
        try {
            assertThat(user.taken.poll(60, TimeUnit.SECONDS)).isEqualTo(GOOD);
            origin.text("/config", OTHER);
            refresher.now();
            assertThat(user.taken.poll(60, TimeUnit.SECONDS)).isEqualTo(OTHER);
        } finally {
            refresher.close();
        }
    }

    @Test
    void aBugIsAFailureToo() throws Exception {
        Consumer<byte[]> bug = config -> {
            throw new IllegalStateException("bug");
        };
        Refresher refresher = new Refresher(new Sources(origin.url("/config"), null, null),
                new Fetcher(new Way(Way.trust(origin.certificate()), null, LONG, LONG)), config -> {
                    bug.accept(config);
                    return null;
                }, store, new Lines(), new Pace(LONG, LONG, new Random(1)), Instant::now);
        assertThat(round(refresher)).isFalse();
        assertThat(refresher.history().view().lastError()).contains("bug");
    }
}
