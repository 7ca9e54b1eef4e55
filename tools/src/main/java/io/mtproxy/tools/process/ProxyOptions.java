package io.mtproxy.tools.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to start a proxy; but for {@link #direct} only what the C program knows too.
 *
 * @param executable launcher or binary
 * @param directory where its output is kept
 * @param config the backend config file; null for a proxy that needs none
 * @param passwordFile Telegram's shared secret, {@code --aes-pwd}; null for a proxy that needs none
 * @param secrets 32 hex digits each
 * @param extra further arguments
 * @param environment variables added to those of this process
 */
public record ProxyOptions(Path executable, Path directory, @Nullable Path config, @Nullable Path passwordFile,
        List<String> secrets, List<String> extra, Map<String, String> environment) {

    /** Names the executable under test, when it is not that of this installation: the same load is run against C. */
    public static final String EXECUTABLE = "mtproxy.executable";

    /** C does not start when the system's limit of descriptors is below that; its default of 65536 often is not allowed. */
    private static final String MAX_CONNECTIONS = "4000";

    /** Copies the collections. */
    public ProxyOptions {
        secrets = List.copyOf(secrets);
        extra = List.copyOf(extra);
        environment = Map.copyOf(environment);
    }

    /** In the environment of this process. */
    public ProxyOptions(Path executable, Path directory, Path config, Path passwordFile, List<String> secrets,
            List<String> extra) {
        this(executable, directory, config, passwordFile, secrets, extra, Map.of());
    }

    /** Without middle proxies, and so without their files; {@code words} are {@code --direct} and what belongs to it. */
    public static ProxyOptions direct(Path executable, Path directory, List<String> secrets, List<String> words) {
        return new ProxyOptions(executable, directory, null, null, secrets, words, Map.of());
    }

    /** The launcher of this installation, or what the system property {@link #EXECUTABLE} names. */
    public static Path defaultExecutable() {
        String home = System.getProperty("mtproxy.home", ".");
        return Path.of(System.getProperty(EXECUTABLE, home + "/bin/mtproto-proxy")).toAbsolutePath();
    }

    /** The same with further arguments. */
    public ProxyOptions with(String... more) {
        List<String> all = new ArrayList<>(extra);
        all.addAll(List.of(more));
        return new ProxyOptions(executable, directory, config, passwordFile, secrets, all, environment);
    }

    /** The same with further variables; one that is there already gets the new value. */
    public ProxyOptions environment(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(variables);
        return new ProxyOptions(executable, directory, config, passwordFile, secrets, extra, all);
    }

    /** The same, hidden behind a site of that name with an own port. What it learns of the site is kept in the directory. */
    public ProxyOptions behind(String domain, int sitePort) {
        return with("-D", domain).environment(Map.of("STATE_DIRECTORY", directory.resolve("state").toString(),
                "MTPROXY_JVM_FLAGS", siteFlag(sitePort)));
    }

    /** Flag of the JVM of our daemon: where sites listen, instead of at port 443. */
    public static String siteFlag(int port) {
        return "-Dmtproxy.site.port=" + port;
    }

    /** The whole command line, for these ports. */
    public List<String> command(int clientPort, int statsPort) {
        List<String> command = new ArrayList<>(List.of(executable.toString(), "-u", System.getProperty("user.name"),
                "-p", String.valueOf(statsPort), "--http-stats", "-H", String.valueOf(clientPort), "-c",
                MAX_CONNECTIONS));
        if (passwordFile != null) {
            command.addAll(List.of("--aes-pwd", passwordFile.toString()));
        }
        secrets.forEach(secret -> command.addAll(List.of("-S", secret)));
        command.addAll(extra);
        if (config != null) {
            command.add(config.toString());
        }
        return command;
    }
}
