package io.mtproxy.tools.cli;

import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.bench.Bench;
import io.mtproxy.tools.bench.BenchReport;
import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What does the proxy cost here? */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "bench", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Measures what the proxy costs on this machine.", description = {
        "Starts a simulated Telegram and the proxy, puts fixed loads on it, without and with fake TLS, and",
        "prints one table: speed, latency, processor time and memory of the proxy. Takes about a minute,",
        "with --reference twice that. Speeds depend on the load and the simulator, which share the machine;",
        "the processor time is the proxy's own. Exit code 1: a connection failed."})
final class BenchCommand implements Callable<Integer> {

    private static final double QUICK = 0.05;

    @Spec
    private CommandSpec spec;

    @Option(names = "--reference", paramLabel = "PATH", description = "Another program with the same command line, measured in turn; the last column is the ratio of processor times to it.")
    private @Nullable Path reference;

    @Option(names = "--candidate", paramLabel = "PATH", description = "The program that is measured. Default: this installation's mtproto-proxy.")
    private @Nullable Path candidate;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "How often each load is measured, the median counts. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--quick", description = "A twentieth of the work: shows that all works, measures little.")
    private boolean quick;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes a report too; - is standard output, without the table.")
    private @Nullable String json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Program> programs = programs();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Workspace workspace = new Workspace()) {
            Stage stage = workspace.closing(Stage.open(workspace.directory(), Bench.service()));
            BenchReport report = new Bench(stage, programs, rounds, quick ? QUICK : 1, line -> {
                err.println(line);
                err.flush();
            }).play();
            write(report, out);
            return report.clean() ? 0 : 1;
        }
    }

    private List<Program> programs() {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds: " + rounds + " (expected: > 0)");
        }
        List<Program> programs = new ArrayList<>();
        if (reference != null) {
            programs.add(Converters.program(spec, Role.REFERENCE, reference));
        }
        programs.add(Converters.program(spec, Role.CANDIDATE,
                candidate == null ? ProxyOptions.defaultExecutable() : candidate));
        return programs;
    }

    private void write(BenchReport report, PrintWriter out) throws IOException {
        if ("-".equals(json)) {
            out.println(report.json());
        } else {
            report.lines().forEach(out::println);
            if (json != null) {
                Files.writeString(Path.of(json), report.json() + "\n");
            }
        }
        out.flush();
    }
}
