package io.mtproxy.tools.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The operator's tool. Exit codes: 0 success, 1 failure, 2 wrong usage. */
@Command(name = "mtproxyctl", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, usageHelpAutoWidth = true, sortOptions = false, synopsisSubcommandLabel = "COMMAND", subcommands = {
        DemoCommand.class, RunCommand.class, UpgradeCommand.class, DrainCommand.class, SimulateCommand.class,
        LoadCommand.class,
        BenchCommand.class, ProbeCommand.class, FingerprintCommand.class, DualRunCommand.class,
        DrillCommand.class, StabilityCommand.class, FloodCommand.class, ImpairCommand.class,
        RehearseCommand.class}, description = "Runs, replaces, tries and measures an MTProto proxy.", footer = {
                "",
                "First steps:  mtproxyctl demo", "Help on one:  mtproxyctl COMMAND --help"})
public final class Mtproxyctl {

    private Mtproxyctl() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return configured(new CommandLine(new Mtproxyctl()));
    }

    /** How words are understood and failures are told, for the whole tool or one command of it. */
    static CommandLine configured(CommandLine line) {
        IParameterExceptionHandler withUsage = line.getParameterExceptionHandler();
        return line.registerConverter(java.net.InetSocketAddress.class, Converters::address)
                .registerConverter(io.mtproxy.tools.link.ProxySecret.class, Converters::secret)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((failure, arguments) -> badUsage(failure, arguments, withUsage))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    say(command, Failures.say(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    /** Who does not know the options is shown them; who gave a wrong value is told just that, in one line. */
    private static int badUsage(ParameterException failure, String[] arguments, IParameterExceptionHandler withUsage)
            throws Exception {
        if (failure instanceof MissingParameterException || failure instanceof UnmatchedArgumentException
                || failure.getCommandLine().getParent() == null) {
            return withUsage.handleParseException(failure, arguments);
        }
        say(failure.getCommandLine(), String.valueOf(failure.getMessage()));
        return CommandLine.ExitCode.USAGE;
    }

    private static void say(CommandLine command, String message) {
        command.getErr().println("mtproxyctl " + command.getCommandName() + ": " + message);
    }
}
