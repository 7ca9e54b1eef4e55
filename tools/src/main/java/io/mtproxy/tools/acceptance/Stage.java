package io.mtproxy.tools.acceptance;

import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One simulated Telegram and the files by which all programs find it, the same for each of them. {@link #close} ends what
 * was started here. Any thread.
 */
public final class Stage implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path directory;
    private final SimulatedTelegram telegram;
    private final TelegramFiles files;
    private final ProxySecret secret = ProxySecret.generate(new SecureRandom());
    private final Queue<ProgramRun> runs = new ConcurrentLinkedQueue<>();

    private Stage(Path directory, SimulatedTelegram telegram) throws IOException {
        this.directory = directory;
        this.telegram = telegram;
        this.files = TelegramFiles.write(directory, telegram);
    }

    /** With the files in a folder of its own, and a service that answers what clients send. */
    public static Stage open(Path directory, PacketService service) throws IOException {
        return new Stage(directory, SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(service)));
    }

    /** Starts a program on free ports. */
    public ProgramRun launch(Path executable, Path log, String... extra) throws IOException {
        return launch(executable, Ports.free(), log, extra);
    }

    /** Starts a program on given ports. */
    public ProgramRun launch(Path executable, Ports ports, Path log, String... extra) throws IOException {
        ProxyOptions options = new ProxyOptions(executable, directory, files.config(), files.secret(),
                List.of(secret.plain()), List.of(extra));
        ProgramRun run = ProgramRun.launch(options, ports, log);
        runs.add(run);
        return run;
    }

    /** How clients reach a program that was started here. */
    public LoadTarget target(Ports ports) {
        return LoadTarget.of(ports.address(), secret.key()).patience(PATIENCE);
    }

    /** What the programs lead to. */
    public SimulatedTelegram telegram() {
        return telegram;
    }

    /** The folder of the files. */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        runs.forEach(ProgramRun::close);
        telegram.close();
    }
}
