package io.mtproxy.tools.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.tools.stability.Flood;
import io.mtproxy.tools.stability.StabilityReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Floods a proxy that hides behind a site with hellos of strangers. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "flood", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Floods a proxy that hides behind a site with hellos that no secret fits.", description = {
        "Starts a simulated Telegram, a site that refuses everybody, and the proxy with -D. Ends with what",
        "became of its memory and of real clients' waiting, and exit code 0 or 1. Linux only."})
final class FloodCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--hellos", paramLabel = "N", defaultValue = "1000000", description = "In all. Default: ${DEFAULT-VALUE}.")
    private long hellos;

    @Option(names = "--at-once", paramLabel = "N", defaultValue = "2000", description = "Connections at a time. Default: ${DEFAULT-VALUE}.")
    private int atOnce;

    @Option(names = "--report", paramLabel = "FILE", description = "Writes all that was measured as JSON.")
    private @Nullable Path report;

    @Option(names = "--proxy", paramLabel = "PATH", description = "Another executable than this installation's mtproto-proxy.")
    private @Nullable Path executable;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Flood flood = flood();
        Story story = new Story(spec.commandLine().getOut());
        try (Workspace workspace = new Workspace()) {
            SimulatedTelegram telegram = workspace.closing(
                    SimulatedTelegram.start(SimulatedTelegram.Options.defaults().service(new LoadService())));
            TelegramFiles files = TelegramFiles.write(workspace.directory(), telegram);
            ProxySecret secret = ProxySecret.generate(new SecureRandom());
            Path program = executable == null ? ProxyOptions.defaultExecutable() : executable.toAbsolutePath();
            String limit = String.valueOf(OpenFiles.connections(OpenFiles.hardLimit()));
            story.step("flood", hellos + " hellos, " + atOnce + " at once:");
            StabilityReport result = flood.run(new ProxyOptions(program, workspace.directory(), files.config(),
                    files.secret(), List.of(secret.plain()), List.of("-c", limit, "-C", limit)), telegram,
                    secret.key(),
                    answered -> story.progress(answered + " answered"));
            story.done("");
            result.lines().forEach(story::say);
            if (report != null) {
                Files.writeString(report, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(result.asMap()));
            }
            return result.ok() ? 0 : 1;
        }
    }

    private Flood flood() {
        try {
            return new Flood(hellos, atOnce);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
