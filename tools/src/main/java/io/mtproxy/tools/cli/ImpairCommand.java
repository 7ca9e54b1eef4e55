package io.mtproxy.tools.cli;

import io.mtproxy.tools.impair.Impairment;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A bad candidate, to see that the guards notice. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "impair", hidden = true, mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Runs a proxy and makes it worse, to try the guards of dual-run and drill.", description = {
        "Put this into a script and name the script as --candidate:",
        "  exec mtproxyctl impair --delay 50 -- mtproto-proxy \"$@\""})
final class ImpairCommand implements Callable<Integer> {

    @Option(names = "--delay", paramLabel = "MS", defaultValue = "0", description = "Of every byte in each direction.")
    private int delay;

    @Option(names = "--cut", paramLabel = "PERCENT", defaultValue = "0", description = "Of the connections, closed at once.")
    private int cut;

    @Option(names = "--cut-at", paramLabel = "N", defaultValue = "0", description = "A client's connection is closed when the proxy sends the N-th time.")
    private int cutAt;

    @Option(names = "--start-delay", paramLabel = "MS", defaultValue = "0", description = "Before it starts.")
    private int startDelay;

    @Option(names = "--stop-delay", paramLabel = "MS", defaultValue = "0", description = "Before it hears of SIGTERM.")
    private int stopDelay;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The proxy's command line, with -H PORT and -p PORT.")
    private List<String> command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return new Impairment(Duration.ofMillis(delay), cut, cutAt, Duration.ofMillis(startDelay),
                Duration.ofMillis(stopDelay)).run(command);
    }
}
