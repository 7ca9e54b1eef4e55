package io.mtproxy.tools.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The operator's tool. Exit codes: 0 success, 1 failure, 2 wrong usage. */
@Command(name = "mtproxyctl", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, usageHelpAutoWidth = true, sortOptions = false, synopsisSubcommandLabel = "COMMAND", subcommands = {
        DemoCommand.class, RunCommand.class, SimulateCommand.class,
        LoadCommand.class}, description = "Runs, tries and measures an MTProto proxy.", footer = {"",
                "First steps:  mtproxyctl demo", "Help on one:  mtproxyctl COMMAND --help"})
public final class Mtproxyctl {

    private Mtproxyctl() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Mtproxyctl())
                .registerConverter(java.net.InetSocketAddress.class, Converters::address)
                .registerConverter(io.mtproxy.tools.link.ProxySecret.class, Converters::secret)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("mtproxyctl " + command.getCommandName() + ": " + Failures.say(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }
}
