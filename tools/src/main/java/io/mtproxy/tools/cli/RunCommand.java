package io.mtproxy.tools.cli;

import io.mtproxy.tools.link.ProxyLink;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.link.SecretFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
        "Takes Telegram's published config and secret from the files given; they come from",
        "  https://core.telegram.org/getProxyConfig", "  https://core.telegram.org/getProxySecret",
        "Makes a secret for clients on first use and keeps it. Then becomes the daemon,",
        "as user mtproxy or nobody when root starts it, and with as many connections as",
        "the limit of open files allows; -u and -c behind -- say otherwise."})
final class RunCommand implements Callable<Integer> {

    /** System property: where the launcher waits for the daemon's arguments. */
    static final String HAND_OVER = "mtproxy.handover";

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "What getProxyConfig gives.")
    private Path config;

    @Option(names = "--aes-pwd", required = true, paramLabel = "FILE", description = "What getProxySecret gives.")
    private Path passwordFile;

    @Option(names = "--port", paramLabel = "N", defaultValue = "443", converter = Converters.Port.class, description = "For clients. Default: ${DEFAULT-VALUE}.")
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

    @Parameters(paramLabel = "-- ARGUMENT", description = "Further arguments of mtproto-proxy.")
    private List<String> extra = List.of();

    /** Links come last: who sees them has a proxy that is about to start. */
    @Override
    public Integer call() throws IOException {
        check(() -> TelegramInput.checkConfig(config), "--config");
        check(() -> TelegramInput.checkSecret(passwordFile), "--aes-pwd");
        Path handOver = handOver();
        Optional<DaemonUser> user = DaemonUser.root() ? Optional.of(user()) : Optional.empty();
        PublicHost host = PublicHost.of(publicHost);
        Path secrets = secrets(user);
        List<ProxySecret> known = SecretFile.read(secrets);
        host.warning().ifPresent(spec.commandLine().getOut()::println);
        if (user.isPresent()) {
            warnOfUnreadable(user.get(), secrets);
        }
        Files.writeString(handOver, ShellWords.quote(arguments(secrets, host, user)) + "\n");
        printLinks(known, host);
        return 0;
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

    private void warnOfUnreadable(DaemonUser user, Path secrets) throws IOException {
        for (Path file : List.of(config, secrets)) {
            if (!user.reads(file)) {
                spec.commandLine().getOut().println("Note: user " + user.name() + " cannot read " + file
                        + ", so that the daemon will not take changes of it at a SIGHUP");
            }
        }
    }

    private void printLinks(List<ProxySecret> secrets, PublicHost host) {
        PrintWriter out = spec.commandLine().getOut();
        for (ProxySecret secret : secrets) {
            for (ProxySecret form : forms(secret)) {
                ProxyLink link = new ProxyLink(host.name(), port, form.forClients());
                out.println(link.tg());
                out.println(link.https());
            }
        }
        out.flush();
    }

    /** With sites, clients that do not hide are not served. */
    private List<ProxySecret> forms(ProxySecret secret) {
        List<String> sites = new ArrayList<>(domains);
        sites.addAll(DaemonWords.domains(extra));
        return sites.isEmpty() ? List.of(secret) : sites.stream().distinct().map(secret::hidden).toList();
    }

    private List<String> arguments(Path secrets, PublicHost host, Optional<DaemonUser> user) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-p", String.valueOf(statsPort), "--http-stats", "-H",
                String.valueOf(port), "--aes-pwd", passwordFile.toString(), "--mtproto-secret-file",
                secrets.toString()));
        host.natRule().ifPresent(rule -> arguments.addAll(List.of("--nat-info", rule)));
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
        arguments.add(config.toString());
        return arguments;
    }
}
