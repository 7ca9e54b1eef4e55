package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.faketls.KeyMaterial;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeyPoolTest {
    private static final byte[] NO_KEY = {};

    private final KeyPool pool = KeyPool.start(new SecureRandom());

    @AfterEach
    void close() throws InterruptedException {
        pool.close();
        pool.thread().join();
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1);
        }
    }

    private boolean resting() {
        return pool.thread().getState() == Thread.State.WAITING;
    }

    private static String x25519(KeyMaterial keys) {
        byte[] key = new byte[32];
        keys.x25519(key, 0);
        return HexFormat.of().formatHex(key);
    }

    private static String ciphertext(KeyMaterial keys) {
        byte[] ciphertext = new byte[1088];
        keys.mlKem768(NO_KEY, 0, ciphertext, 0);
        return HexFormat.of().formatHex(ciphertext);
    }

    @Test
    void noKeyIsGivenTwice() throws Exception {
        int takers = 4;
        int each = 3000;
        Set<String> seen = new HashSet<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(takers)) {
            List<Future<List<String>>> taken = new ArrayList<>();
            for (int i = 0; i < takers; i++) {
                taken.add(threads.submit(() -> take(each, pool.forLoop())));
            }
            for (Future<List<String>> one : taken) {
                seen.addAll(one.get());
            }
        }
        assertThat(seen).hasSize(takers * each * 2);
    }

    private static List<String> take(int count, KeyMaterial keys) {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(x25519(keys));
            taken.add(ciphertext(keys));
        }
        return taken;
    }

    @Test
    void refillsWhenHalfIsGone() throws Exception {
        until(this::resting);
        assertThat(pool.keys().ready()).isEqualTo(512);
        KeyMaterial keys = pool.forLoop();
        for (int i = 1; i < 256; i++) {
            x25519(keys);
        }
        assertThat(pool.keys().ready()).isEqualTo(257);
        x25519(keys);
        until(() -> pool.keys().ready() == 512);
    }

    @Test
    void ciphertextsAreMadeOnceSomebodyWantsOne() throws Exception {
        until(this::resting);
        assertThat(pool.ciphertexts().ready()).isZero();
        KeyMaterial keys = pool.forLoop();
        String onTheSpot = ciphertext(keys);
        until(() -> pool.ciphertexts().ready() == 64);
        assertThat(pool.keys().ready()).isEqualTo(512);
        assertThat(ciphertext(keys)).isNotEqualTo(onTheSpot);
        assertThat(pool.ciphertexts().ready()).isEqualTo(63);
    }

    @Test
    void afterTheEndKeysAreMadeOnTheSpot() throws Exception {
        until(this::resting);
        KeyMaterial one = pool.forLoop();
        KeyMaterial other = pool.forLoop();
        pool.close();
        pool.thread().join();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 600; i++) {
            seen.add(x25519(one));
            seen.add(x25519(other));
            seen.add(ciphertext(one));
            seen.add(ciphertext(other));
        }
        assertThat(seen).hasSize(2400);
        assertThat(pool.keys().ready()).isZero();
    }

    @Test
    void doesNotKeepTheProcessAlive() {
        assertThat(pool.thread().isDaemon()).isTrue();
    }
}
