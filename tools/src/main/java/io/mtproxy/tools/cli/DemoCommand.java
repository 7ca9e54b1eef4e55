package io.mtproxy.tools.cli;

import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the whole way on this machine. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "demo", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Shows the whole way on this machine.", description = {
        "Starts a simulated Telegram and the proxy, and puts clients of every transport through.",
        "Ends with a verdict and exit code 0 or 1; leaves nothing behind."})
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--keep", description = "Leaves all of it running until Ctrl-C and prints a link for clients.")
    private boolean keep;

    @Option(names = "--domain", paramLabel = "NAME", description = {
            "Clients hide in TLS as visitors of this site, which the proxy asks before it starts;",
            "localhost will do, with or without a server on port 443."})
    private @Nullable String domain;

    @Option(names = "--direct", description = "Clients get to the data centres without middle proxies.")
    private boolean direct;

    @Option(names = "--proxy", paramLabel = "PATH", description = "Another executable than this installation's mtproto-proxy.")
    private @Nullable Path executable;

    @Override
    public Integer call() throws InterruptedException {
        Path proxy = executable == null ? ProxyOptions.defaultExecutable() : executable.toAbsolutePath();
        Story story = new Story(spec.commandLine().getOut());
        try (Workspace workspace = new Workspace()) {
            return new Demo(workspace, proxy, story, domain, direct).play(keep) ? 0 : 1;
        } catch (IOException | IllegalStateException e) {
            story.say("");
            story.say("FAILED: " + Failures.say(e));
            return 1;
        }
    }
}
