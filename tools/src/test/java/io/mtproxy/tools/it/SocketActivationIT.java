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
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client port is opened by a service manager, which starts the proxy when it likes ({@code LISTEN_FDS}). */
class SocketActivationIT {
    /** What systemd does: opens a port, then becomes the service. Here it waits for its input to end in between. */
    private static final String MANAGER = """
            import os, socket, sys
            s = socket.socket()
            s.bind(("127.0.0.1", int(sys.argv[1])))
            s.listen(512)
            sys.stdin.read()
            os.dup2(s.fileno(), 3)
            os.set_inheritable(3, True)
            os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=sys.argv[2], LISTEN_FDNAMES="clients")
            os.execv(sys.argv[3], sys.argv[3:])
            """;
    private static final int CLIENTS = 60;

    @TempDir
    private Path directory;

    private static void assumePython() throws InterruptedException {
        try {
            assumeTrue(new ProcessBuilder("python3", "-c", "").start().waitFor() == 0, "needs python3");
        } catch (IOException e) {
            assumeTrue(false, "needs python3");
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void servesWhoCameBeforeIt(String... options) throws Exception {
        assumePython();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.find());
        try (SimulatedTelegram telegram = SimulatedTelegram
                .start(SimulatedTelegram.Options.defaults().service(new LoadService()))) {
            TelegramFiles files = TelegramFiles.write(directory, telegram);
            List<String> arguments = new ArrayList<>(List.of("-u", System.getProperty("user.name"), "-c", "1000", "-S",
                    World.SECRET, "--aes-pwd", files.secret().toString(), "-H", String.valueOf(address.getPort())));
            arguments.addAll(List.of(options));
            arguments.add(files.config().toString());
            try (Daemon daemon = Daemon.waiting(directory,
                    List.of("python3", "-c", MANAGER, String.valueOf(address.getPort()), "1"),
                    arguments.toArray(String[]::new))) {
                Await.until("the service manager listens", Harness.SOON, () -> listens(address));
                LoadRun clients = LoadRun
                        .start(new LoadPlan(LoadTarget.of(address, World.KEY), LoadWork.echo(3, 16, 5000), CLIENTS));
                daemon.process().getOutputStream().close(); // now it starts the proxy
                LoadReport report = clients.await();
                assertThat(report.rows()).allSatisfy(row -> assertThat(row.failures()).isEmpty());
                assertThat(report.handshakes()).isEqualTo(CLIENTS);
                assertThat(daemon.stop()).as(daemon.text()).isZero();
            }
        }
    }

    @Test
    void whoCameBeforeTheProxyIsServed() throws Exception {
        servesWhoCameBeforeIt();
    }

    @Test
    void workersShareSuchASocket() throws Exception {
        servesWhoCameBeforeIt("-M", "2");
    }

    @Test
    void whatIsNoSocketIsRefused() throws Exception {
        assumePython();
        try (Daemon daemon = Daemon.waiting(directory,
                List.of("python3", "-c", MANAGER, String.valueOf(FreePort.find()), "2"), "-u",
                System.getProperty("user.name"), "-c", "1000",
                Files.writeString(directory.resolve("backend.conf"), "proxy 127.0.0.1:1;").toString())) {
            daemon.process().getOutputStream().close();
            assertThat(daemon.process().waitFor(Harness.SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(daemon.process().exitValue()).isEqualTo(1);
            assertThat(daemon.text()).contains("cannot take over a socket that was handed to us: descriptor 4 is no ");
        }
    }
}
