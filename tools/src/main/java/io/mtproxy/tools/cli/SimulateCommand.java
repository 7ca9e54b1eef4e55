package io.mtproxy.tools.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.SimulatedDataCentre;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a simulated Telegram for proxies and clients that somebody else starts. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
@Command(name = "simulate", mixinStandardHelpOptions = true, versionProvider = ToolVersion.class, sortOptions = false, usageHelpAutoWidth = true, header = "Runs a simulated Telegram.", description = {
        "A middle proxy with an RSA key of its own. Writes what a proxy needs to reach it into a folder,",
        "prints one line of JSON when it is ready:", "  port, secretFile (--aes-pwd), configFile,",
        "  rsaFile and rsaPem (the public key for clients), rsaFingerprint (hex);",
        "  with --data-centre also dataCentrePort, and directOptions for a proxy without middle proxies",
        "and serves until it is told to stop (SIGTERM, Ctrl-C)."})
final class SimulateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Gets proxy-secret, backend.conf and rsa.pem. A proxy-secret that is there is taken.")
    private Path directory;

    @Option(names = "--listen", paramLabel = "HOST:PORT", defaultValue = "127.0.0.1:0", description = "Default: ${DEFAULT-VALUE}, any free port.")
    private InetSocketAddress listen;

    @Option(names = "--data-centre", arity = "0..1", paramLabel = "HOST:PORT", fallbackValue = "127.0.0.1:0", description = {
            "Plays the data centres themselves, too, for a proxy in direct mode.",
            "Default: ${FALLBACK-VALUE}, any free port."})
    private @Nullable InetSocketAddress dataCentre;

    @Option(names = "--rsa", paramLabel = "PEM", description = "Private RSA key of 2048 bits (PKCS#8). Default: a new one.")
    private @Nullable Path rsa;

    @Option(names = "--until-eof", description = "Ends also when standard input does.")
    private boolean untilEof;

    @Option(names = {"-v", "--verbose"}, description = "Tells of links that come and go, on standard error.")
    private boolean verbose;

    @Override
    public Integer call() throws IOException, InterruptedException {
        SimulatedTelegram.Options options = options();
        try (SimulatedTelegram telegram = SimulatedTelegram.start(options)) {
            Map<String, Object> ready = describe(telegram);
            if (dataCentre == null) {
                serve(ready);
            } else {
                try (SimulatedDataCentre direct = SimulatedDataCentre.beside(telegram,
                        SimulatedDataCentre.Options.defaults().listen(dataCentre).log(options.log()))) {
                    ready.put("dataCentrePort", direct.address().getPort());
                    ready.put("directOptions", direct.proxyOptions(SimulatedDataCentre.IDS));
                    serve(ready);
                }
            }
        }
        return 0;
    }

    private SimulatedTelegram.Options options() throws IOException {
        Files.createDirectories(directory);
        SimulatedTelegram.Options options = SimulatedTelegram.Options.defaults().listen(listen)
                .service(new LoadService());
        if (Files.exists(TelegramFiles.secret(directory))) {
            options = options.proxySecret(Files.readAllBytes(TelegramFiles.secret(directory)));
        }
        if (rsa != null) {
            options = options.rsa(RsaKeys.read(rsa));
        }
        return verbose ? options.log(spec.commandLine().getErr()::println) : options;
    }

    private Map<String, Object> describe(SimulatedTelegram telegram) throws IOException {
        TelegramFiles files = TelegramFiles.write(directory, telegram);
        Map<String, Object> ready = new LinkedHashMap<>();
        ready.put("port", telegram.address().getPort());
        ready.put("secretFile", files.secret().toString());
        ready.put("configFile", files.config().toString());
        ready.put("rsaFile", files.rsa().toString());
        ready.put("rsaPem", telegram.rsaPublicKeyPem());
        ready.put("rsaFingerprint", HexFormat.of().toHexDigits(telegram.rsaFingerprint()));
        return ready;
    }

    private void serve(Map<String, Object> ready) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(JSON.std.asString(ready));
        out.flush();
        awaitEnd();
    }

    private void awaitEnd() throws IOException, InterruptedException {
        if (untilEof) {
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        } else {
            new CountDownLatch(1).await();
        }
    }
}
