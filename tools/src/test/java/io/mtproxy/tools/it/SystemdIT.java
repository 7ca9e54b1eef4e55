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
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The units of {@code packaging/systemd}, and the proxy, as systemd's own programs see them; no systemd has to run. */
class SystemdIT {
    private static final int CLIENTS = 20;

    @TempDir
    private Path directory;

    private static void assumeInstalled(String program) {
        assumeTrue(Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))), program + " is not installed");
    }

    /** A copy whose program exists here. */
    private Path unit(String name) throws IOException {
        Path original = Path.of(System.getProperty("mtproxy.home"), "packaging/systemd", name);
        String text = Files.readString(original)
                .replace("/opt/mtproxy/bin/mtproto-proxy", ProxyOptions.defaultExecutable().toString());
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void theUnitsHaveNoMistake() throws Exception {
        assumeInstalled("systemd-analyze");
        Path service = unit("mtproxy.service");
        Path socket = unit("mtproxy.socket");
        assertThat(ProcessFacts.run("systemd-analyze", "verify", "--man=no", service.toString(), socket.toString()))
                .isEmpty();
    }

    @Test
    void theServiceIsAskedForWhatTheProxyTells() throws Exception {
        assertThat(Files.readAllLines(unit("mtproxy.service"))).contains("Type=notify", "NotifyAccess=all",
                "WatchdogSec=30", "RuntimeDirectory=mtproxy", "RuntimeDirectoryMode=0700");
    }

    @Test
    void aSocketThatSystemdOpenedIsServed() throws Exception {
        assumeInstalled("systemd-socket-activate");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.find());
        String listen = "127.0.0.1:" + address.getPort();
        try (SimulatedTelegram telegram = SimulatedTelegram
                .start(SimulatedTelegram.Options.defaults().service(new LoadService()))) {
            TelegramFiles files = TelegramFiles.write(directory, telegram);
            try (Daemon daemon = Daemon.start(directory,
                    List.of("systemd-socket-activate", "-l", listen, "-E", "PATH", "-E", "JAVA_HOME", "-E",
                            "MTPROXY_BUILD"),
                    "-u", System.getProperty("user.name"), "-c", "1000", "-S", World.SECRET, "--aes-pwd",
                    files.secret().toString(), "-H", String.valueOf(address.getPort()), files.config().toString())) {
                daemon.await("Listening on " + listen);
                LoadReport report = LoadRun
                        .start(new LoadPlan(LoadTarget.of(address, World.KEY), LoadWork.echo(3, 16, 5000), CLIENTS))
                        .await();
                assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
                assertThat(report.handshakes()).isEqualTo(CLIENTS);
                Await.until("it has become the proxy", Harness.SOON, () -> daemon.text().contains("main loop"));
                assertThat(daemon.stop()).as(daemon.text()).isZero();
            }
        }
    }
}
