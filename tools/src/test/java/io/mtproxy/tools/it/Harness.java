package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.LinkFaults;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * A simulated Telegram and the proxy under test, started by its launcher, or the one that the system property
 * {@code mtproxy.executable} names.
 */
final class Harness implements AutoCloseable {

    /** What has to happen soon happens within this time, also on a busy machine. */
    static final Duration SOON = Duration.ofSeconds(60);

    private static final List<String> CLIENT_GAUGES = List.of("active_special_connections", "total_special_connections",
            "ext_connections");

    private final ProxySecret secret = ProxySecret.generate(new SecureRandom());
    private final SimulatedTelegram.Options options;
    private SimulatedTelegram telegram;
    private final ProxyProcess proxy;

    private Harness(Path directory, LinkFaults faults, String configHead) throws IOException {
        telegram = SimulatedTelegram
                .start(SimulatedTelegram.Options.defaults().service(new LoadService()).faults(faults));
        options = SimulatedTelegram.Options.defaults().service(new LoadService()).faults(faults)
                .proxySecret(telegram.proxySecret()).listen(telegram.address());
        TelegramFiles files = TelegramFiles.write(directory, telegram);
        Files.writeString(files.config(), configHead + telegram.proxyConfig());
        proxy = ProxyProcess.start(new ProxyOptions(ProxyOptions.defaultExecutable(), directory, files.config(),
                files.secret(), List.of(secret.plain()), List.of()));
        proxy.awaitServing(target());
    }

    static Harness start(Path directory) throws IOException {
        return start(directory, LinkFaults.NONE);
    }

    static Harness start(Path directory, LinkFaults faults) throws IOException {
        return start(directory, faults, "");
    }

    /** With lines in front of the backend config. */
    static Harness start(Path directory, LinkFaults faults, String configHead) throws IOException {
        return new Harness(directory, faults, configHead);
    }

    /** Is it the C program that is under test? Some of its defects are ours no more. */
    static boolean isReference() {
        return System.getProperty(ProxyOptions.EXECUTABLE) != null;
    }

    /** To Telegram as fast as the proxy takes it. C has no back pressure and dies of that, so it gets a window. */
    static LoadWork streams(LoadMode mode, long bytes) {
        LoadWork work = LoadWork.streams(mode, bytes);
        return isReference() ? work.windows(LoadWork.DOWN_WINDOW, LoadWork.DOWN_WINDOW) : work;
    }

    LoadTarget target() {
        return LoadTarget.of(proxy.address(), secret.key());
    }

    /** As in a link. */
    String secretForClients() {
        return secret.padded();
    }

    SimulatedTelegram telegram() {
        return telegram;
    }

    ProxyProcess proxy() {
        return proxy;
    }

    /** Telegram is gone: it no longer listens and all links break. */
    void killTelegram() {
        telegram.close();
    }

    /** It is back, at the same address and with the same secret. */
    void reviveTelegram() throws IOException {
        telegram = SimulatedTelegram.start(options);
    }

    /** What the proxy holds when no client is there, links apart: their number may follow the load. */
    long descriptors() throws IOException {
        return proxy.descriptors() - telegram.statistics().linksNow();
    }

    /** Waits until the counters know of no client any more. */
    void awaitNoClients() {
        CLIENT_GAUGES.forEach(gauge -> Await.until(gauge + " is 0", SOON, () -> proxy.stats().number(gauge) == 0));
    }

    /** Waits until, besides, the process holds no more descriptors than before. */
    void awaitRest(long descriptors) throws IOException {
        awaitNoClients();
        try {
            Await.until("the descriptors are back", SOON, () -> descriptors() <= descriptors);
        } catch (IllegalStateException e) {
            throw new AssertionError(descriptors() + " descriptors (expected: at most " + descriptors + ")", e);
        }
    }

    /** The end of every test: the log is free of surprises, and SIGTERM ends the process with exit code 0. */
    void stopInPeace() throws IOException, InterruptedException {
        assertThat(proxy.log()).doesNotContain("Exception", "\tat ", "Error");
        assertThat(proxy.stop()).as("exit code after SIGTERM").isZero();
    }

    @Override
    public void close() {
        proxy.close();
        telegram.close();
    }
}
