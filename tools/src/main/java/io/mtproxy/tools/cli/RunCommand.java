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
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
        "Makes a secret for clients on first use and keeps it. Then becomes the daemon."})
final class RunCommand implements Callable<Integer> {

    /** System property: where the launcher waits for the daemon's arguments. */
    static final String HAND_OVER = "mtproxy.handover";

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "What getProxyConfig gives.")
    private Path config;

    @Option(names = "--aes-pwd", required = true, paramLabel = "FILE", description = "What getProxySecret gives.")
    private Path passwordFile;

    @Option(names = "--port", paramLabel = "N", defaultValue = "443", description = "For clients. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--stats-port", paramLabel = "N", defaultValue = "8888", description = "For /stats, on 127.0.0.1. Default: ${DEFAULT-VALUE}.")
    private int statsPort;

    @Option(names = "--secret-file", paramLabel = "FILE", description = "Secrets, 32 hex digits each. Default: one that is made and kept in the state folder.")
    private @Nullable Path secretFile;

    @Option(names = "--public-host", paramLabel = "HOST", description = "Name or address under which clients reach this machine. Default: its own address.")
    private @Nullable String publicHost;

    @Option(names = "--tag", paramLabel = "HEX", description = "The tag that @MTProxybot gave, 32 hex digits.")
    private @Nullable String tag;

    @Parameters(paramLabel = "-- ARGUMENT", description = "Further arguments of mtproto-proxy.")
    private List<String> extra = List.of();

    @Override
    public Integer call() throws IOException {
        PublicHost host = PublicHost.of(publicHost);
        Path secrets = secretFile == null ? StateFolder.path(System.getenv()).resolve("secret") : secretFile;
        PrintWriter out = spec.commandLine().getOut();
        if (Files.notExists(secrets)) {
            SecretFile.create(secrets, ProxySecret.generate(new SecureRandom()));
            out.println("Made a secret, kept in " + secrets);
        }
        host.warning().ifPresent(out::println);
        for (ProxySecret secret : SecretFile.read(secrets)) {
            ProxyLink link = new ProxyLink(host.name(), port, secret.padded());
            out.println(link.tg());
            out.println(link.https());
        }
        out.flush();
        handOver(arguments(secrets, host));
        return 0;
    }

    private List<String> arguments(Path secrets, PublicHost host) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-p", String.valueOf(statsPort), "--http-stats", "-H",
                String.valueOf(port), "--aes-pwd", passwordFile.toString(), "--mtproto-secret-file",
                secrets.toString()));
        host.natRule().ifPresent(rule -> arguments.addAll(List.of("--nat-info", rule)));
        if (tag != null) {
            arguments.addAll(List.of("-P", tag));
        }
        arguments.addAll(extra);
        arguments.add(config.toString());
        return arguments;
    }

    private static void handOver(List<String> arguments) throws IOException {
        String place = System.getProperty(HAND_OVER);
        if (place == null) {
            throw new IOException("started without the launcher bin/mtproxyctl, which becomes the daemon");
        }
        Files.writeString(Path.of(place), ShellWords.quote(arguments) + "\n");
    }
}
