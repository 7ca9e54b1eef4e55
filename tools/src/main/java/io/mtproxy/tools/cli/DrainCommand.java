package io.mtproxy.tools.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The end of a proxy, not at once. */
@Command(name = "drain", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Lets a running proxy take nobody new, and end when all have gone.", description = {
        "Tells about once a second how many clients are left. Who is still there at the end of the time",
        "is cut off. Exit code 0: the proxy ends. 1: it could not be told."})
final class DrainCommand implements Callable<Integer> {

    @Mixin
    private final RunningProxy proxy;

    @Option(names = "--within", paramLabel = "SECONDS", defaultValue = "60", converter = Converters.Seconds.class, description = "When it ends at the latest. Default: ${DEFAULT-VALUE}.")
    private int within;

    DrainCommand() {
        this(new RunningProxy(System.getenv()));
    }

    DrainCommand(RunningProxy proxy) {
        this.proxy = proxy;
    }

    @Override
    public Integer call() throws IOException {
        return proxy.tell("drain " + within);
    }
}
