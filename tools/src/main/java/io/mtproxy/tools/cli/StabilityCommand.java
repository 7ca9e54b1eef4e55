package io.mtproxy.tools.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.tools.stability.LoopbackSite;
import io.mtproxy.tools.stability.PatientSite;
import io.mtproxy.tools.stability.Stability;
import io.mtproxy.tools.stability.StabilityPlan;
import io.mtproxy.tools.stability.StabilityReport;
import io.mtproxy.tools.stability.Stage;
import io.mtproxy.tools.stability.Succession;
import io.mtproxy.tools.stability.TlsSite;
import io.mtproxy.tools.tls.FakeTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Tries whether the proxy stays as it is under everything that comes. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "stability", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Tries whether the proxy stays as it is under everything that comes.", description = {
        "Starts a simulated Telegram and two proxies, one of them with -D; bursts, oversized packets, slow readers, hostile crowds,",
        "upgrades, resets, a soak. Ends with a table of all bounds and exit code 0 or 1. Linux only."})
final class StabilityCommand implements Callable<Integer> {

    /** Descriptors of either process that are no connections of clients: files of the JVM, links, real clients. */
    private static final int OTHERS = 1000;

    /** The site that the second proxy hides behind. */
    private static final String DOMAIN = "localhost";

    @Spec
    private CommandSpec spec;

    @Option(names = "--minutes", paramLabel = "N", description = {
            "The long form: crowds of 10,000, with -D 4,000, each",
            "waited for, upgrades by the dozen, and a soak of so many minutes. Without it: two minutes and a half in all."})
    private @Nullable Integer minutes;

    @Option(names = "--only", paramLabel = "TRIAL", description = {
            "Only this trial, as \"garbage, -D\"; may be repeated."})
    private Set<String> only = new LinkedHashSet<>();

    @Option(names = "--report", paramLabel = "FILE", description = "Writes all that was measured as JSON.")
    private @Nullable Path report;

    @Option(names = "--proxy", paramLabel = "PATH", description = "Another executable than this installation's mtproto-proxy.")
    private @Nullable Path executable;

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (String trial : only) {
            if (!Stability.names().contains(trial)) {
                throw new CommandLine.ParameterException(spec.commandLine(), "value '" + trial
                        + "' of --only: expected one of " + String.join("; ", Stability.names()));
            }
        }
        Story story = new Story(spec.commandLine().getOut());
        long limit = OpenFiles.hardLimit();
        StabilityPlan wanted = minutes == null
                ? StabilityPlan.brief()
                : StabilityPlan.full(Duration.ofMinutes(minutes));
        StabilityPlan plan = wanted.crowdsUpTo(Math.clamp(limit - OTHERS, 1, OpenFiles.MAX_CONNECTIONS));
        if (plan.connections() < wanted.connections()) {
            story.say("The limit of open files is " + limit + ": crowds of " + plan.crowd() + " instead of "
                    + wanted.crowd() + ".");
        }
        try (Workspace workspace = new Workspace()) {
            StabilityReport result = run(workspace, plan, OpenFiles.connections(limit), story);
            story.say("");
            result.lines().forEach(story::say);
            if (report != null) {
                Files.writeString(report, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(result.asMap()));
            }
            story.say("");
            result.failures().forEach(failure -> story.say("FAILED: " + failure));
            if (result.ok()) {
                story.say("Stable: every bound held.");
            }
            return result.ok() ? 0 : 1;
        }
    }

    private StabilityReport run(Workspace workspace, StabilityPlan plan, int connections, Story story)
            throws IOException, InterruptedException {
        SimulatedTelegram telegram = workspace.closing(
                SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(new LoadService())));
        TelegramFiles files = TelegramFiles.write(workspace.directory(), telegram);
        ProxySecret secret = ProxySecret.generate(new SecureRandom());
        Path program = executable == null ? ProxyOptions.defaultExecutable() : executable.toAbsolutePath();
        String limit = String.valueOf(connections);
        ProxyOptions options = new ProxyOptions(program, workspace.directory(), files.config(), files.secret(),
                List.of(secret.plain()), List.of("-c", limit, "-C", limit));
        LoopbackSite patient = workspace.closing(PatientSite.start());
        LoopbackSite real = workspace.closing(TlsSite.start(workspace.directory(), DOMAIN));
        Stage open = stage(workspace, options.environment(Stability.ENVIRONMENT),
                proxy -> new Stage(proxy, telegram, secret.key(), List.of(), plan));
        Function<ProxyProcess, Stage> hiding = proxy -> new Stage(proxy, telegram, secret.key(),
                List.of(FakeTls.of(DOMAIN)), plan);
        Stage hidden = stage(workspace, options.behind(DOMAIN, patient.address().getPort()), hiding);
        ProxyOptions replaced = Succession.controlled(new ProxyOptions(program,
                Files.createDirectory(workspace.directory().resolve("upgrades")), files.config(), files.secret(),
                List.of(secret.plain()), List.of("-c", limit, "-C", limit)));
        Stability.Starter starter = hides -> hides
                ? stage(workspace, replaced.behind(DOMAIN, real.address().getPort()), hiding)
                : stage(workspace, replaced, proxy -> new Stage(proxy, telegram, secret.key(), List.of(), plan));
        return new Stability(open, hidden, starter, only, new Teller(story)).run();
    }

    private static Stage stage(Workspace workspace, ProxyOptions options, Function<ProxyProcess, Stage> with)
            throws IOException {
        Stage stage = with.apply(workspace.closing(ProxyProcess.start(options)));
        stage.awaitServing();
        return stage;
    }

    /** One line for each trial. */
    private record Teller(Story story) implements Stability.Listener {
        @Override
        public void begins(String trial) {
            story.step(trial, "");
        }

        @Override
        public void ended(StabilityReport.Result result) {
            long failed = result.guards().stream().filter(guard -> !guard.holds()).count();
            String how = !result.trouble().isEmpty()
                    ? "could not be finished"
                    : failed == 0 ? "all " + result.guards().size() + " bounds held" : failed + " bounds did not hold";
            story.done(how + ", " + result.took().toMillis() + " ms");
        }
    }
}
