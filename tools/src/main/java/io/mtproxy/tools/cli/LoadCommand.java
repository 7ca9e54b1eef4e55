package io.mtproxy.tools.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadTarget.Visitor;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts clients through a proxy that leads to a simulated Telegram. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "load", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Puts clients through a proxy and checks every byte of every answer.", description = {
        "The proxy has to lead to a simulated Telegram (mtproxyctl simulate), which serves them."})
final class LoadCommand implements Callable<Integer> {

    private static final int MOST_ADDRESSES = 250;

    @Spec
    private CommandSpec spec;

    @Option(names = "--proxy", required = true, paramLabel = "HOST:PORT", description = "Where the proxy listens.")
    private InetSocketAddress proxy;

    @Option(names = "--secret", split = ",", paramLabel = "HEX", description = {
            "32 hex digits, or dd and 32 hex digits: padded framing only,",
            "or ee, 32 hex digits and a site's name in hex: fake TLS.",
            "Without it: a proxy that has no secret. Several, all of one kind: of the clients, in turn."})
    private List<ProxySecret> secrets = List.of();

    @Option(names = "--addresses", paramLabel = "N", description = "Clients come from so many addresses, 127.0.0.1 and those behind it, in turn. Default: any.")
    private @Nullable Integer addresses;

    @Option(names = "--transport", split = ",", paramLabel = "NAME", description = "Of the clients, in turn: ${COMPLETION-CANDIDATES}. Default: all; padded with dd and ee.")
    private @Nullable List<Transport> transports;

    @Option(names = "--hello", split = ",", paramLabel = "KIND", description = "With ee, in turn: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<HelloKind> hellos = List.of(HelloKind.values());

    @Option(names = "--segments", split = ",", paramLabel = "N", description = "With ee: in how many pieces the hello goes out, in turn. Default: 1.")
    private List<Integer> segments = List.of(1);

    @Option(names = "--no-sni", description = "With ee: the hello does not name the site.")
    private boolean noSni;

    @Option(names = "--dc", split = ",", paramLabel = "N", description = "Data centres, in turn. Default: 1..5, -1..-5.")
    private List<Integer> dcs = LoadTarget.ALL_DCS;

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "echo", description = {"${COMPLETION-CANDIDATES}:",
            "echo: requests, each after the answer to the one before,",
            "down, up, both: streams,", "churn: a new connection for each request."})
    private LoadMode mode;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "30", description = "At once. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = "--rounds", paramLabel = "N", description = {
            "Requests, streams or connections of each client.", "Default: 100, streams 1, connections 10."})
    private @Nullable Integer rounds;

    @Option(names = "--size", paramLabel = "N[-M]", defaultValue = "256", converter = Converters.Range.Converter.class, description = "Bytes of a request; a range is drawn from evenly. Default: ${DEFAULT-VALUE}.")
    private Converters.Range size;

    @Option(names = "--bytes", paramLabel = "N", defaultValue = "16M", converter = Converters.Bytes.class, description = "Length of a stream (K, M, G). Default: ${DEFAULT-VALUE}.")
    private long bytes;

    @Option(names = "--chunk", paramLabel = "N", defaultValue = "32K", converter = Converters.Bytes.class, description = "Bytes per packet of a stream. Default: ${DEFAULT-VALUE}.")
    private long chunk;

    @Option(names = "--down-window", paramLabel = "N", defaultValue = "1M", converter = Converters.Bytes.class, description = {
            "Bytes of a stream to a client that may be under way.",
            "Default: ${DEFAULT-VALUE}; 0: as many as the proxy takes."})
    private long downWindow;

    @Option(names = "--up-window", paramLabel = "N", defaultValue = "0", converter = Converters.Bytes.class, description = "The same for a stream to Telegram. Default: ${DEFAULT-VALUE}.")
    private long upWindow;

    @Option(names = "--quick-ack-every", paramLabel = "N", defaultValue = "4", description = "Every Nth request wants a quick acknowledgement. Default: ${DEFAULT-VALUE}; 0: none.")
    private int quickAckEvery;

    @Option(names = "--patience", paramLabel = "SECONDS", defaultValue = "30", description = "How long a client waits for the proxy. Default: ${DEFAULT-VALUE}.")
    private int patience;

    @Option(names = "--json", paramLabel = "FILE", description = "Writes a report too; - is standard output, without the table.")
    private @Nullable String json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadReport report = LoadRun.start(plan()).await();
        PrintWriter out = spec.commandLine().getOut();
        if ("-".equals(json)) {
            out.println(JSON.std.asString(report.asMap()));
        } else {
            LoadTable.lines(report).forEach(out::println);
            if (json != null) {
                Files.writeString(Path.of(json), JSON.std.asString(report.asMap()) + "\n");
            }
        }
        out.flush();
        return report.failed() == 0 ? 0 : 1;
    }

    private LoadPlan plan() {
        try {
            LoadTarget target = new LoadTarget(proxy, secrets.isEmpty() ? null : secrets.getFirst().key(), transports(),
                    dcs,
                    Duration.ofSeconds(patience), tls(), visitors());
            LoadWork work = new LoadWork(mode, rounds(), size.min(), size.max(), bytes, Math.toIntExact(chunk),
                    Math.toIntExact(downWindow), Math.toIntExact(upWindow),
                    quickAckEvery);
            return new LoadPlan(target, work, clients);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private List<Visitor> visitors() {
        if (addresses != null && (addresses < 1 || addresses > MOST_ADDRESSES)) {
            throw new IllegalArgumentException(
                    "--addresses: " + addresses + " (expected: 1.." + MOST_ADDRESSES + ")");
        }
        List<Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < Math.max(secrets.size(), addresses == null ? 0 : addresses); i++) {
            visitors.add(new Visitor(addresses == null ? null : address(i % addresses),
                    secrets.isEmpty() ? null : secrets.get(i % secrets.size()).key()));
        }
        return visitors;
    }

    private static InetAddress address(int number) {
        return InetAddress.ofLiteral("127.0.0." + (1 + number));
    }

    private List<FakeTls> tls() {
        String domain = secrets.isEmpty() ? null : secrets.getFirst().domain().orElse(null);
        if (domain == null) {
            return List.of();
        }
        FakeTls way = FakeTls.of(noSni ? null : domain);
        return hellos.stream().flatMap(hello -> segments.stream().map(way.hello(hello)::segments)).toList();
    }

    private List<Transport> transports() {
        if (transports != null) {
            return transports;
        }
        return !secrets.isEmpty() && secrets.getFirst().paddedOnly()
                ? List.of(Transport.PADDED)
                : List.of(Transport.values());
    }

    private int rounds() {
        if (rounds != null) {
            return rounds;
        }
        return switch (mode) {
            case ECHO -> 100;
            case DOWN, UP, BOTH -> 1;
            case CHURN -> 10;
        };
    }
}
