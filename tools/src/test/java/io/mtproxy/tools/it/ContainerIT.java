package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.ProxyStats;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.NatRule;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a container runs: its script, whose last step becomes the proxy with two workers and a secret file. Only the script's
 * absolute paths are others, and the programs that it asks the internet with.
 */
class ContainerIT {
    private static final int CLIENT_PORT = 443;
    private static final int STATS_PORT = 2398;
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final byte[] OUTSIDE = {(byte) 203, 0, 113, 7};
    private static final String FIRST = "00112233445566778899aabbccddeeff";
    private static final String SECOND = "ffeeddccbbaa99887766554433221100";

    @TempDir
    private Path directory;

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private void program(String name, String... lines) throws IOException {
        Path file = Files.writeString(directory.resolve("bin").resolve(name),
                "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The script with its surroundings: what Telegram's servers would send comes from here. */
    private Process run(SimulatedTelegram telegram, String... arguments) throws IOException {
        Path etc = Files.createDirectory(directory.resolve("etc"));
        Path data = Files.createDirectory(directory.resolve("data"));
        Path bin = Files.createDirectory(directory.resolve("bin"));
        TelegramFiles files = TelegramFiles.write(Files.createDirectory(directory.resolve("internet")), telegram);
        program("curl", "for word; do out=$word; done", // the file's name is the last word
                "case $* in", "*getProxyConfig*) cp " + files.config() + " \"$out\" ;;",
                "*getProxySecret*) cp " + files.secret() + " \"$out\" ;;", "*) echo 203.0.113.7 ;;", "esac");
        program("ip", "echo '8.8.8.8 via 127.0.0.254 dev lo src 127.0.0.1 uid 0'");
        program("sleep", "exit 0");
        program("mtproto-proxy", "exec " + ProxyOptions.defaultExecutable() + " \"$@\"");
        String home = System.getProperty("mtproxy.home", ".");
        String script = Files.readString(Path.of(home, "packaging", "container", "run.sh"))
                .replace("/usr/local/bin/mtproto-proxy", bin.resolve("mtproto-proxy").toString())
                .replace("/etc/telegram", etc.toString()).replace("/data", data.toString());
        ProcessBuilder builder = new ProcessBuilder("bash", Files.writeString(directory.resolve("run.sh"), script)
                .toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        builder.environment().put("MTPROXY_BUILD", "never");
        builder.environment().put("SECRET", FIRST);
        return builder.redirectErrorStream(true).redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(directory.resolve("output").toFile()).start();
    }

    private static void serve(ProxyProcess proxy, String secret) throws InterruptedException {
        LoadTarget target = LoadTarget.of(proxy.address(), HexFormat.of().parseHex(secret));
        proxy.awaitServing(target);
        LoadReport report = LoadRun.start(new LoadPlan(target, LoadWork.echo(20, 16, 50_000), 30)).await();
        assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
        assertThat(report.handshakes()).isEqualTo(30);
    }

    private void awaitLines(ProxyProcess proxy, int count, String line) {
        Await.until(count + " times: " + line, Harness.SOON, () -> proxy.log().split(line, -1).length - 1 == count);
    }

    @Test
    void itServesReloadsAndStops() throws Exception {
        assumeTrue(ProcessFacts.run("id", "-u").strip().equals("0"), "port 443 needs root");
        assumeTrue(isFree(CLIENT_PORT) && isFree(STATS_PORT), "the script's ports are taken");
        try (SimulatedTelegram telegram = SimulatedTelegram.start(SimulatedTelegram.Options.defaults()
                .service(new LoadService()).nat(List.of(new NatRule(LOOPBACK, OUTSIDE))));
                ProxyProcess proxy = ProxyProcess.attach(run(telegram, "-c", "15000"), directory.resolve("output"),
                        CLIENT_PORT, STATS_PORT)) {
            awaitLines(proxy, 3, "main loop");
            assertThat(proxy.log()).contains("[*]   Secret 1: " + FIRST, "[+] Starting proxy...", "creating 2 workers");
            serve(proxy, FIRST);
            Await.until("two workers with links", Harness.SOON,
                    () -> proxy.stats().number("total_ready_targets") == 2);
            ProxyStats stats = proxy.stats();
            assertThat(stats.values()).containsEntry("workers", "2").containsEntry("max_connections", "15000")
                    .containsEntry("total_max_special_connections", "30000").containsEntry("proxy_tag_set", "0")
                    .containsEntry("default_rpc_flags", "2056").containsEntry("pid", String.valueOf(proxy.pid()))
                    .containsKey("secret_1_active_connections").doesNotContainKey("secret_2_active_connections");
            Await.until("all requests are counted", Harness.SOON,
                    () -> proxy.stats().number("tot_forwarded_queries") >= 30 * 20);
            assertThat(new ProcessFacts(proxy.pid()).descriptorLimit()).isGreaterThanOrEqualTo(15_016);
            for (int worker = 1; worker <= 2; worker++) {
                assertThat(new ProcessFacts(stats.number("worker_" + worker + "_pid")).descriptorLimit())
                        .isGreaterThanOrEqualTo(15_016);
            }

            Files.writeString(directory.resolve("data").resolve("secret"), FIRST + "," + SECOND + "\n");
            Family.signal("HUP", proxy.pid());
            awaitLines(proxy, 2 * 3, "re-read successfully");
            assertThat(proxy.stats().values()).containsKey("secret_2_active_connections");
            serve(proxy, SECOND);
            serve(proxy, FIRST);

            Family.signal("USR1", proxy.pid());
            awaitLines(proxy, 3, "no log file to reopen: -l is not given");
            serve(proxy, FIRST);

            Family family = Family.of(proxy, 2);
            assertThat(proxy.stop()).isZero();
            assertThat(proxy.log()).endsWith("] Terminated by SIGTERM.\n").doesNotContain("Exception", "\tat ");
            assertThat(Family.alive(family.worker(1)) || Family.alive(family.worker(2))).isFalse();
        }
    }
}
