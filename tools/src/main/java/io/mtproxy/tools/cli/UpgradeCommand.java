package io.mtproxy.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A new program, and nobody notices. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "upgrade", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Replaces a running proxy by a new process and drops nobody.", description = {
        "The proxy starts the new program with its own command line, hands its ports and all sessions",
        "over, and ends. When the new program does not get that far the old one goes on as before.",
        "Exit code 0: handed over, the last line names the new process. 1: it was not, and why."})
final class UpgradeCommand implements Callable<Integer> {

    /** For the daemon: the launcher that it was started with. */
    private static final String SAME = "-";

    @Spec
    private CommandSpec spec;

    @Mixin
    private final RunningProxy proxy;

    @Option(names = "--to", paramLabel = "PATH", description = "The launcher of the new program. Default: the one that the proxy was started with.")
    private @Nullable Path to;

    @Option(names = "--drain", paramLabel = "SECONDS", defaultValue = "300", converter = Converters.Seconds.class, description = "How long sessions go on that the new program cannot take over. Default: ${DEFAULT-VALUE}.")
    private int drain;

    UpgradeCommand() {
        this(new RunningProxy(System.getenv()));
    }

    UpgradeCommand(RunningProxy proxy) {
        this.proxy = proxy;
    }

    @Override
    public Integer call() throws IOException {
        return proxy.tell("upgrade " + drain + " " + (to == null ? SAME : launcher(to)));
    }

    /** As it stands, links included: it may be one that is switched from version to version. */
    private String launcher(Path path) {
        Path absolute = path.toAbsolutePath();
        if (!Files.isRegularFile(absolute) || !Files.isExecutable(absolute) || absolute.toString().contains("\n")) {
            throw new ParameterException(spec.commandLine(),
                    "--to " + absolute + ": no such program (expected: the path of an executable file)");
        }
        return absolute.toString();
    }
}
