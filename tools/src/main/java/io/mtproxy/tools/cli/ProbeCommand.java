package io.mtproxy.tools.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.probe.Patience;
import io.mtproxy.tools.probe.ProbePlan;
import io.mtproxy.tools.probe.ProbeReport;
import io.mtproxy.tools.probe.ProbeRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Does what a censor does who suspects a proxy. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "probe", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Tries to tell a proxy from the site that it hides behind.", description = {
        "Sends the same to site, proxy and site again, in many ways that censors may try, and",
        "compares all that can be seen: bytes, records, alerts, how connections end, and when.",
        "Exit code 0 when nothing tells them apart, else 1."})
final class ProbeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--proxy", required = true, paramLabel = "HOST:PORT", description = "Where the proxy listens.")
    private InetSocketAddress proxy;

    @Option(names = "--site", required = true, paramLabel = "HOST:PORT", description = "Where the site itself listens.")
    private InetSocketAddress site;

    @Option(names = "--domain", paramLabel = "NAME", description = "Of the site, as given to the proxy with -D. Default: that in the secret.")
    private @Nullable String domain;

    @Option(names = "--secret", paramLabel = "HEX", description = {
            "The proxy's; adds probes of those who have a link or recorded its clients:",
            "replays, old hellos, and such that nearly fit."})
    private @Nullable ProxySecret secret;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "3", description = "Of each probe. Default: ${DEFAULT-VALUE}; times are judged from 20 on, well from 200 on.")
    private int rounds;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Probes whose names begin so. Default: all.")
    private List<String> only = List.of();

    @Option(names = "--limit", paramLabel = "SECONDS", defaultValue = "5", description = "How long a connection is watched. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--quiet", paramLabel = "MILLIS", defaultValue = "30", description = "Nothing more for so long ends an answer. Default: ${DEFAULT-VALUE}; more from afar.")
    private int quiet;

    @Option(names = "--parallel", paramLabel = "N", defaultValue = "50", description = "Rounds at once, of probes that wait. Default: ${DEFAULT-VALUE}.")
    private int parallel;

    @Option(names = "--jitter", split = ",", paramLabel = "MICROS", defaultValue = "0", description = {
            "Adds to every time what a path with such a jitter would (exponential, this mean).",
            "On one machine microseconds show that nobody sees from afar. Several: times are",
            "judged over each, the last one counts. Default: ${DEFAULT-VALUE}, as measured."})
    private List<Integer> jitter = List.of();

    @Option(names = "--json", paramLabel = "FILE", description = "Writes a report too; - is standard output, without the table.")
    private @Nullable String json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        boolean table = !"-".equals(json);
        if (table) {
            ProbeTable.head().forEach(out::println);
        }
        ProbeReport report = ProbeRun.run(plan(), finding -> {
            if (table) {
                ProbeTable.lines(finding).forEach(out::println);
                out.flush();
            }
        });
        if (table) {
            ProbeTable.verdict(report).forEach(out::println);
        } else {
            out.println(JSON.std.asString(report.asMap()));
        }
        if (table && json != null) {
            Files.writeString(Path.of(json), JSON.std.asString(report.asMap()) + "\n");
        }
        out.flush();
        return report.alike() ? 0 : 1;
    }

    private ProbePlan plan() {
        try {
            return new ProbePlan(proxy, site, domain(), secret == null ? null : secret.key(), rounds,
                    new Patience(Duration.ofSeconds(limit), Duration.ofMillis(quiet)), parallel,
                    jitter.stream().map(micros -> Duration.of(micros, ChronoUnit.MICROS)).toList(), only);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private String domain() {
        if (domain != null) {
            return domain;
        }
        if (secret != null && secret.domain().isPresent()) {
            return secret.domain().get();
        }
        throw new IllegalArgumentException("no domain (expected: --domain, or a secret with ee)");
    }
}
