package io.mtproxy.tools.cli;

import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.dualrun.DualRun;
import io.mtproxy.tools.dualrun.Phase;
import io.mtproxy.tools.dualrun.Scale;
import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Is the candidate not worse than the reference? */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "dual-run", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Compares two proxies on the same traffic and judges the second one.", description = {
        "Starts the reference (a C mtproto-proxy, or any other with its command line) and the candidate in",
        "turn on one simulated Telegram: control plane, a few clients in every transport, load, stop under",
        "traffic; then both at the same time with the same bytes. Takes about three minutes.",
        "Exit code 0: every guard holds. 1: one does not."})
final class DualRunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--reference", required = true, paramLabel = "PATH", description = "The program that sets the bounds.")
    private Path reference;

    @Option(names = "--candidate", paramLabel = "PATH", description = "The program that is judged. Default: this installation's mtproto-proxy.")
    private @Nullable Path candidate;

    @Option(names = "--output", paramLabel = "DIR", defaultValue = "dual-run", description = "Gets report.json, report.md, run.log and logs/. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of each program. Default: 3, with --quick 1.")
    private @Nullable Integer rounds;

    @Option(names = "--quick", description = "A small form: shows that all works, judges little.")
    private boolean quick;

    @Option(names = "--phase", split = ",", paramLabel = "NAME", description = "Only these of ${COMPLETION-CANDIDATES}.")
    private @Nullable List<Phase> phases;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Program left = Converters.program(spec, Role.REFERENCE, reference);
        Program right = Converters.program(spec, Role.CANDIDATE,
                candidate == null ? ProxyOptions.defaultExecutable() : candidate);
        RunFolder folder = RunFolder.create(output, line -> {
            out.println(line);
            out.flush();
        });
        try (Workspace workspace = new Workspace()) {
            Stage stage = workspace.closing(Stage.open(workspace.directory(), DualRun.service()));
            return AcceptanceOutput.finish(new DualRun(stage, folder, left, right, scale(), chosen()).play(), folder);
        }
    }

    private Scale scale() {
        Scale scale = quick ? Scale.quick() : Scale.full();
        return rounds == null ? scale : scale.rounds(rounds);
    }

    private EnumSet<Phase> chosen() {
        return phases == null ? EnumSet.allOf(Phase.class) : EnumSet.copyOf(phases);
    }
}
