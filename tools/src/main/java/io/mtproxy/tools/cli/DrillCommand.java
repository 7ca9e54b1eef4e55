package io.mtproxy.tools.cli;

import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.Report;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.drill.Drill;
import io.mtproxy.tools.drill.DrillScale;
import io.mtproxy.tools.drill.UpgradeDrill;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Would a cutover and its rollback, or an upgrade, be noticed? */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "drill", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Plays a cutover and its rollback, or upgrades, under live traffic and judges them.", description = {
        "Starts the reference (a C mtproto-proxy, or any other with its command line) behind a symlink,",
        "restarts it, switches the symlink to the candidate and restarts, switches back and restarts,",
        "on a simulated Telegram and with clients that reconnect all the time. Takes about two minutes.",
        "With --upgrade the reference is one of ours, and nothing is restarted: as mtproxyctl upgrade does,",
        "it is told to hand over to the candidate, several times in a row, and nobody may notice.",
        "Exit code 0: every guard holds. 1: one does not."})
final class DrillCommand implements Callable<Integer> {

    /** What is wrong with a process that has taken over shows when it hands over itself, and when that one does. */
    private static final int FEWEST_UPGRADES = 3;

    @Spec
    private CommandSpec spec;

    @Option(names = "--reference", paramLabel = "PATH", description = "The program that serves today. Default with --upgrade: this installation's mtproto-proxy.")
    private @Nullable Path reference;

    @Option(names = "--candidate", paramLabel = "PATH", description = "The program that takes over. Default: this installation's mtproto-proxy.")
    private @Nullable Path candidate;

    @Option(names = "--output", paramLabel = "DIR", defaultValue = "drill", description = "Gets report.json, report.md, run.log and logs/. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(names = "--upgrade", description = "Upgrades without a restart instead of a cutover and its rollback.")
    private boolean upgrade;

    @Option(names = "--rounds", paramLabel = "N", description = "Cutovers and rollbacks. Default: 3, with --quick 1. With --upgrade: upgrades, 3 or more. Default: 5, with --quick 3.")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "A small form: shows that all works.")
    private boolean quick;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Program left = Converters.program(spec, Role.REFERENCE, reference());
        Program right = Converters.program(spec, Role.CANDIDATE,
                candidate == null ? ProxyOptions.defaultExecutable() : candidate);
        DrillScale scale = scale();
        RunFolder folder = RunFolder.create(output, line -> {
            out.println(line);
            out.flush();
        });
        try (Workspace workspace = new Workspace()) {
            Stage stage = workspace.closing(Stage.open(workspace.directory(), new LoadService()));
            Report report = upgrade
                    ? workspace.closing(new UpgradeDrill(stage, folder, left, right, scale)).play()
                    : new Drill(stage, folder, left, right, scale).play();
            return AcceptanceOutput.finish(report, folder);
        }
    }

    private Path reference() {
        if (reference != null) {
            return reference;
        }
        if (!upgrade) {
            throw new MissingParameterException(spec.commandLine(), spec.findOption("--reference"),
                    "Missing required option: '--reference=PATH'");
        }
        return ProxyOptions.defaultExecutable();
    }

    private DrillScale scale() {
        if (upgrade && rounds != null && rounds < FEWEST_UPGRADES) {
            throw new ParameterException(spec.commandLine(),
                    "--rounds " + rounds + " (expected with --upgrade: " + FEWEST_UPGRADES + " or more)");
        }
        DrillScale restarts = quick ? DrillScale.quick() : DrillScale.full();
        DrillScale upgrades = quick ? DrillScale.quickUpgrades() : DrillScale.upgrades();
        DrillScale scale = upgrade ? upgrades : restarts;
        return rounds == null ? scale : scale.rounds(rounds);
    }
}
