package io.mtproxy.tools.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.probe.FingerprintPlan;
import io.mtproxy.tools.probe.FingerprintReport;
import io.mtproxy.tools.probe.FingerprintRun;
import io.mtproxy.tools.probe.Patience;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Does what a censor does who only looks on. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "fingerprint", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Compares a proxy's answers to its clients with those of its site.", description = {
        "Both get hellos as clients send them; shown is what an onlooker keeps of the answers.",
        "Exit code 0 when all is equal that can be, else 1."})
final class FingerprintCommand implements Callable<Integer> {

    private static final String LINE = "  %-8s %-18s %-6s %-42s %s";

    @Spec
    private CommandSpec spec;

    @Option(names = "--proxy", required = true, paramLabel = "HOST:PORT", description = "Where the proxy listens.")
    private InetSocketAddress proxy;

    @Option(names = "--site", required = true, paramLabel = "HOST:PORT", description = "Where the site itself listens.")
    private InetSocketAddress site;

    @Option(names = "--secret", required = true, paramLabel = "HEX", description = "The proxy's, with ee and the site's name.")
    private ProxySecret secret;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "8", description = "Hellos of each kind to each of them. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--quiet", paramLabel = "MILLIS", defaultValue = "50", description = "Nothing more for so long ends an answer. Default: ${DEFAULT-VALUE}; more from afar.")
    private int quiet;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes a report too; - is standard output, without the table.")
    private @Nullable String json;

    @Override
    public Integer call() throws IOException {
        FingerprintReport report = FingerprintRun.run(plan());
        PrintWriter out = spec.commandLine().getOut();
        if ("-".equals(json)) {
            out.println(JSON.std.asString(report.asMap()));
        } else {
            print(report, out);
            if (json != null) {
                Files.writeString(Path.of(json), JSON.std.asString(report.asMap()) + "\n");
            }
        }
        out.flush();
        return report.alike() ? 0 : 1;
    }

    private FingerprintPlan plan() {
        String domain = secret.domain().orElseThrow(() -> new ParameterException(spec.commandLine(),
                "a secret without a site (expected: ee, 32 hex digits and the site's name in hex)"));
        try {
            return new FingerprintPlan(proxy, site, domain, secret.key(), rounds,
                    new Patience(Duration.ofSeconds(5), Duration.ofMillis(quiet)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void print(FingerprintReport report, PrintWriter out) {
        out.println(String.format(Locale.ROOT, LINE, "hello", "", "", "site", "proxy"));
        boolean oneRecord = true;
        for (FingerprintReport.Row row : report.rows()) {
            String verdict = row.required() ? "DIFFERS" : "no";
            out.println(String.format(Locale.ROOT, LINE, row.hello().name().toLowerCase(Locale.ROOT), row.fact(),
                    row.equal() ? "equal" : verdict, some(row.site()), some(row.proxy())));
            oneRecord &= row.equal() || row.required();
        }
        if (!oneRecord) {
            out.println("Telegram's clients take one encrypted record only, and this site sends several:");
            out.println("a site whose server sends its first flight in one record would be the better one.");
        }
        out.println(report.alike()
                ? "All that can be is as at the site."
                : "Who looks on can tell the proxy from its site.");
    }

    private static String some(Set<String> values) {
        String first = values.iterator().next();
        return values.size() == 1 ? first : first + " and " + (values.size() - 1) + " more";
    }
}
