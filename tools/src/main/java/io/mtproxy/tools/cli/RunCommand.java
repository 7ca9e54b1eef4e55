package io.mtproxy.tools.cli;

import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.link.SecretFile;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The quick start. Prepares and prints the links; the launcher then replaces itself by the daemon, so that the process id,
 * the signals and the exit code are the daemon's own and no second program stays in memory.
 */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "run", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Starts the proxy, ready to use, and prints its links.", description = {
        "Without a config clients are connected to Telegram's data centres directly, and every data",
        "centre is asked through the proxy once it runs. With the two files that Telegram publishes,",
        "  https://core.telegram.org/getProxyConfig", "  https://core.telegram.org/getProxySecret",
        "they go by Telegram's middle proxies, which a promoted channel (--tag) needs.",
        "Makes a secret for clients on first use and keeps it. Then becomes the daemon,",
        "as user mtproxy or nobody when root starts it, and with as many connections as",
        "the limit of open files allows; -u and -c behind -- say otherwise."})
final class RunCommand implements Callable<Integer> {

    /** System property: where the launcher waits for the daemon's arguments. */
    static final String HAND_OVER = "mtproxy.handover";

    @Spec
    private CommandSpec spec;

    /** System property: process id of the launcher, and so of the daemon that it becomes. */
    static final String LAUNCHER = "mtproxy.launcher";

    private static final int UNPRIVILEGED_PORT = 8443;

    @ArgGroup(exclusive = false)
    private @Nullable Middle middle;

    /** What middle proxies need: both or none. */
    private static final class Middle {
        @Option(names = "--config", required = true, paramLabel = "FILE", description = "What getProxyConfig gives.")
        private Path config;

        @Option(names = "--aes-pwd", required = true, paramLabel = "FILE", description = "What getProxySecret gives.")
        private Path passwordFile;
    }

    @Option(names = "--port", paramLabel = "N", defaultValue = "443", converter = Converters.Port.class, description = "For clients. Default: ${DEFAULT-VALUE}; without a config and without the right to it 8443.")
    private int port;

    @Option(names = "--stats-port", paramLabel = "N", defaultValue = "8888", converter = Converters.Port.class, description = "For /stats, on 127.0.0.1. Default: ${DEFAULT-VALUE}.")
    private int statsPort;

    @Option(names = "--secret-file", paramLabel = "FILE", description = "Secrets, 32 hex digits each. Default: one that is made and kept in the state folder.")
    private @Nullable Path secretFile;

    @Option(names = "--public-host", paramLabel = "HOST", description = "Name or address under which clients reach this machine. Default: its own address.")
    private @Nullable String publicHost;

    @Option(names = "--domain", paramLabel = "NAME", description = {
            "A site as which clients hide in TLS (repeatable): best your own, with this machine's",
            "address. Whoever is no client of yours is passed on to it."})
    private List<String> domains = List.of();

    @Option(names = "--tag", paramLabel = "HEX", converter = Converters.Tag.class, description = "The tag that @MTProxybot gave, 32 hex digits.")
    private @Nullable String tag;

    @Option(names = "--qr", negatable = true, description = "Prints the link as a QR code, too. Default: on a terminal.")
    private @Nullable Boolean qr;

    @Option(names = "--daemon", hidden = true, description = "Only tells of the daemon with this process id: a second process of ours does so.")
    private @Nullable Long daemon;

    @Parameters(paramLabel = "-- ARGUMENT", description = "Further arguments of mtproto-proxy.")
    private List<String> extra = List.of();

    /** Links come last: who sees them has a proxy that is about to start, or without middle proxies one that runs. */
    @Override
    public Integer call() throws IOException, InterruptedException {
        if (daemon != null) {
            return tellOf(daemon);
        }
        checkInput();
        Path handOver = handOver();
        Optional<DaemonUser> user = DaemonUser.root() ? Optional.of(user()) : Optional.empty();
        PublicHost host = PublicHost.of(publicHost);
        Path secrets = secrets(user);
        Links links = links(secrets, host);
        PrintWriter out = spec.commandLine().getOut();
        host.warning().ifPresent(out::println);
        if (user.isPresent()) {
            warnOfUnreadable(user.get(), secrets);
        }
        Files.writeString(handOver, ShellWords.quote(arguments(secrets, host, user)) + "\n");
        if (middle != null || DaemonWords.daemonized(extra)) {
            print(links);
        } else {
            out.flush();
            Successor.start(spec.root().commandLine().getParseResult().originalArgs());
        }
        return 0;
    }

    private void checkInput() {
        if (middle != null) {
            Middle files = middle;
            check(() -> TelegramInput.checkConfig(files.config), "--config");
            check(() -> TelegramInput.checkSecret(files.passwordFile), "--aes-pwd");
        } else if (tag != null) {
            throw refusal("--tag: needs --config and --aes-pwd (only middle proxies show promoted channels)");
        } else {
            choosePort();
        }
    }

    /** Whoever may not have the usual port gets another one, and the links name it. */
    private void choosePort() {
        if (!spec.commandLine().getParseResult().hasMatchedOption("--port") && OpenPorts.forbidden(port)) {
            if (daemon == null) {
                spec.commandLine().getOut().println("Note: port " + port + " is only for root; taking "
                        + UNPRIVILEGED_PORT + " (--port N takes another one)");
            }
            port = UNPRIVILEGED_PORT;
        }
    }

    /** The second process: the first one has become the daemon. */
    private Integer tellOf(long pid) throws IOException, InterruptedException {
        choosePort();
        PrintWriter out = spec.commandLine().getOut();
        FirstClient first = new FirstClient(out, pid, statsPort);
        if (!first.awaitDaemon()) {
            return 1;
        }
        Links links = links(secretFile == null ? ownSecret() : secretFile, PublicHost.of(publicHost));
        first.report(new DirectCheck(target(links), DaemonWords.overrides(extra)));
        print(links);
        return 0;
    }

    private LoadTarget target(Links links) {
        InetSocketAddress proxy = new InetSocketAddress(DaemonWords.address(extra).orElse("127.0.0.1"), port);
        return LoadTarget.of(proxy, links.secrets().getFirst().key()).transports(List.of(Transport.PADDED))
                .tls(links.sites().stream().map(FakeTls::of).toList());
    }

    private void print(Links links) {
        PrintWriter out = spec.commandLine().getOut();
        boolean terminal = Terminal.present();
        if (qr == null ? terminal && middle == null : qr) {
            links.printQr(out, terminal);
        }
        links.print(out);
    }

    private void check(Runnable check, String option) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            throw refusal(option + ": " + e.getMessage());
        }
    }

    private ParameterException refusal(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static Path handOver() throws IOException {
        String place = System.getProperty(HAND_OVER);
        if (place == null) {
            throw new IOException("started without the launcher bin/mtproxyctl, which becomes the daemon");
        }
        return Path.of(place);
    }

    private DaemonUser user() throws IOException {
        List<String> names = DaemonWords.user(extra).map(List::of).orElse(DaemonUser.DEFAULTS);
        return DaemonUser.firstOf(names).orElseThrow(() -> refusal("-u: no user '" + String.join("' or '", names)
                + "' on this machine (expected: an existing one, as in -- -u NAME)"));
    }

    /** The daemon reads the file again at a SIGHUP, no longer as root; an operator's own file is left as it is. */
    private Path secrets(Optional<DaemonUser> user) throws IOException {
        Path state = StateFolder.path(System.getenv(), DaemonUser.root());
        Path own = state.resolve("secret");
        Path file = secretFile == null ? own : secretFile;
        List<Path> ours = secretFile == null ? List.of(own, state) : List.of();
        if (Files.notExists(file)) {
            ours = SecretFile.create(file, ProxySecret.generate(new SecureRandom()));
            spec.commandLine().getOut().println("Made a secret, kept in " + file);
        }
        if (user.isPresent()) {
            for (Path path : ours) {
                user.get().own(path);
            }
        }
        return file;
    }

    private static Path ownSecret() throws IOException {
        return StateFolder.path(System.getenv(), DaemonUser.root()).resolve("secret");
    }

    private void warnOfUnreadable(DaemonUser user, Path secrets) throws IOException {
        for (Path file : middle == null ? List.of(secrets) : List.of(middle.config, secrets)) {
            if (!user.reads(file)) {
                spec.commandLine().getOut().println("Note: user " + user.name() + " cannot read " + file
                        + ", so that the daemon will not take changes of it at a SIGHUP");
            }
        }
    }

    private Links links(Path secrets, PublicHost host) throws IOException {
        List<String> sites = new ArrayList<>(domains);
        sites.addAll(DaemonWords.domains(extra));
        return new Links(host.name(), port, SecretFile.read(secrets), sites);
    }

    private List<String> arguments(Path secrets, PublicHost host, Optional<DaemonUser> user) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-p", String.valueOf(statsPort), "--http-stats", "-H",
                String.valueOf(port), "--mtproto-secret-file", secrets.toString()));
        if (middle == null) {
            arguments.add("--direct");
        } else {
            arguments.addAll(List.of("--aes-pwd", middle.passwordFile.toString()));
            host.natRule().ifPresent(rule -> arguments.addAll(List.of("--nat-info", rule)));
        }
        domains.forEach(domain -> arguments.addAll(List.of("-D", domain)));
        if (tag != null) {
            arguments.addAll(List.of("-P", tag));
        }
        if (DaemonWords.connections(extra).isEmpty()) {
            arguments.addAll(List.of("-c", String.valueOf(OpenFiles.connections(OpenFiles.hardLimit()))));
        }
        if (user.isPresent() && DaemonWords.user(extra).isEmpty()) {
            arguments.addAll(List.of("-u", user.get().name()));
        }
        arguments.addAll(extra);
        if (middle != null) {
            arguments.add(middle.config.toString());
        }
        return arguments;
    }
}
