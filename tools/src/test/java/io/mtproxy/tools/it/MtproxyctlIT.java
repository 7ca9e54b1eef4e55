package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.load.LoadPlan;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadRun;
import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.FreePort;
import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tool as an operator uses it: its launcher, its words, its exit codes, what it leaves behind. */
class MtproxyctlIT {

    private static final Pattern LINK = Pattern
            .compile("tg://proxy\\?server=([^&]+)&port=(\\d+)&secret=(dd[0-9a-f]{32})");

    @TempDir
    private Path directory;
    private final List<Process> started = new ArrayList<>();
    private List<String> launcher = List.of();

    @AfterEach
    void killWhatIsLeft() {
        started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void theDemoServesAndLeavesNothingBehind() throws Exception {
        Process demo = start("demo", demoArguments());

        assertThat(exitCode(demo)).as(out(demo)).isZero();

        assertThat(out(demo)).containsSubsequence("A simulated Telegram", "1. Telegram", "2. proxy", "3. key exchange",
                "answered in abridged, intermediate, padded", "4. requests", "0 failures", "5. streams", "0 failures",
                "6. wrong secret", ": 0 bytes of answer", "7. stop", "exit code 0", "transport", "abridged",
                "intermediate",
                "padded", "It works");
        assertThat(out(demo)).doesNotContain("\033", "\r");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void theDemoServesWithoutMiddleProxies() throws Exception {
        Process demo = start("demo", List.of("--direct"));

        assertThat(exitCode(demo)).as(out(demo)).isZero();

        assertThat(out(demo)).containsSubsequence("--direct", "answered in abridged, intermediate, padded",
                "0 failures", "0 failures", "exit code 0", "It works");
    }

    @Test
    void theDemoServesClientsThatHide() throws Exception {
        List<String> arguments = demoArguments();
        arguments.addAll(List.of("--domain", "localhost"));
        Process demo = start("demo", arguments);

        assertThat(exitCode(demo)).as(out(demo)).isZero();

        assertThat(out(demo)).containsSubsequence("answered in padded", "0 failures", "0 failures", "exit code 0",
                "It works");
    }

    @Test
    void aDemoThatIsKeptServesUntilItIsInterrupted() throws Exception {
        List<String> arguments = demoArguments();
        arguments.add("--keep");
        Process demo = start("demo", arguments);
        LoadTarget target = linked(demo);

        assertThat(serve(target).failed()).isZero();
        List<ProcessHandle> proxies = demo.descendants().toList();
        interrupt(demo);

        exitCode(demo);
        assertThat(proxies).isNotEmpty()
                .allSatisfy(proxy -> Await.until("the proxy is gone", Harness.SOON, () -> !proxy.isAlive()));
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void aDemoWithoutAProxyFails() throws Exception {
        Process demo = start("demo", List.of("--proxy", "/bin/false"));

        assertThat(exitCode(demo)).isEqualTo(1);

        assertThat(out(demo)).contains("FAILED: the proxy did not start").doesNotContain("It works");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void runMakesASecretOnceAndBecomesTheDaemon() throws Exception {
        Process telegram = start("simulate", List.of("--dir", directory.resolve("telegram").toString(), "--until-eof"));
        Map<String, Object> ready = ready(telegram);
        List<String> arguments = List.of("--config", ready.get("configFile").toString(), "--aes-pwd",
                ready.get("secretFile").toString(), "--port", String.valueOf(FreePort.find()), "--stats-port",
                String.valueOf(FreePort.find()), "--public-host", "127.0.0.1", "--", "-u",
                System.getProperty("user.name"),
                "-c", "4000");

        Process first = start("run", arguments);
        LoadTarget target = linked(first);
        Await.until("the daemon serves", Harness.SOON, target::serves);
        assertThat(serve(target).failed()).isZero();
        assertThat(first.descendants()).as("processes besides the daemon").isEmpty();
        first.destroy();
        assertThat(exitCode(first)).as("exit code of the daemon").isZero();

        Process second = start("run", arguments);
        assertThat(linked(second).secret()).isEqualTo(target.secret());
        Path secret = directory.resolve("state/mtproxy/secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret))).isEqualTo("rw-------");
        assertThat(out(first) + err(first)).containsOnlyOnce("Made a secret");
        assertThat(out(second).replaceAll("secret=dd[0-9a-f]{32}", "") + err(second))
                .doesNotContain(Files.readString(secret).strip());
        telegram.getOutputStream().close();
        assertThat(exitCode(telegram)).isZero();
    }

    @Test
    void runHandsOnTheExitCodeOfTheDaemon() throws Exception {
        Process run = start("run", List.of("--config", telegramConfig().toString(), "--aes-pwd",
                Files.write(directory.resolve("proxy-secret"), new byte[32]).toString(), "--", "--no-such-option"));

        assertThat(exitCode(run)).isEqualTo(2);

        assertThat(err(run)).contains("--no-such-option");
    }

    @Test
    void runMakesAndPrintsNothingWhenItsInputIsWrong() throws Exception {
        Process run = start("run", List.of("--config", telegramConfig().toString(), "--aes-pwd", "none"));

        assertThat(exitCode(run)).isEqualTo(2);

        assertThat(err(run).lines()).singleElement().asString().contains("--aes-pwd", "none: no such file");
        assertThat(out(run)).isEmpty();
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void rootNeedsNoMoreThanTheQuickStart() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root gives up its rights");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process telegram = start("simulate", List.of("--dir", directory.resolve("telegram").toString(), "--until-eof"));
        Map<String, Object> ready = ready(telegram);
        launcher = List.of("/bin/sh", "-c", "ulimit -n 3000; exec \"$0\" \"$@\"");

        Process daemon = start("run", List.of("--config", ready.get("configFile").toString(), "--aes-pwd",
                ready.get("secretFile").toString(), "--port", String.valueOf(FreePort.find()), "--stats-port",
                String.valueOf(FreePort.find()), "--public-host", "127.0.0.1"));

        LoadTarget target = linked(daemon);
        Await.until("the daemon serves", Harness.SOON, target::serves);
        Path secret = directory.resolve("state/mtproxy/secret");
        UserPrincipal user = Files.getOwner(secret);
        assertThat(user.getName()).isIn("mtproxy", "nobody");
        assertThat(Files.readString(Path.of("/proc/" + daemon.pid() + "/status")))
                .containsPattern("Uid:\\s+" + Files.getAttribute(secret, "unix:uid") + "\\s");
        assertThat(Files.getOwner(secret.getParent())).isEqualTo(user);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret))).isEqualTo("rw-------");
        new ProcessBuilder("kill", "-HUP", String.valueOf(daemon.pid())).start().waitFor();
        Await.until("the files are read again", Harness.SOON, () -> err(daemon).contains("re-read"));
        assertThat(err(daemon)).contains("re-read successfully").doesNotContain("NOT applied");
        assertThat(serve(target).failed()).isZero();
    }

    @Test
    void loadReportsInJson() throws Exception {
        try (Harness harness = Harness.start(directory)) {
            InetSocketAddress proxy = harness.target().proxy();
            String address = proxy.getAddress().getHostAddress() + ":" + proxy.getPort();
            Process load = start("load",
                    List.of("--proxy", address, "--secret", harness.secretForClients(), "--clients", "6",
                            "--rounds", "20", "--json", "-"));
            assertThat(exitCode(load)).as(err(load)).isZero();
            Map<String, Object> report = JSON.std.mapFrom(out(load));
            assertThat(report).containsEntry("ok", true);
            assertThat(report.get("transports")).asString().contains("transport=padded", "handshakes=6", "requests=120")
                    .doesNotContain("abridged");

            Process stranger = start("load", List.of("--proxy", address, "--secret", "00".repeat(16), "--clients", "3",
                    "--patience", "1"));
            assertThat(exitCode(stranger)).isEqualTo(1);
            assertThat(out(stranger)).contains("abridged: 1 x no answer in time");
            harness.stopInPeace();
        }
    }

    @Test
    void loadComesWithEachSecretFromEachAddress() throws Exception {
        String other = "ff".repeat(16);
        LoadService answers = new LoadService();
        Set<String> addresses = ConcurrentHashMap.newKeySet();
        try (World world = World.Plan.ours().secrets(List.of(World.SECRET, other)).service((session, packet) -> {
            addresses.add(InetAddress.getByAddress(session.clientAddress()).getHostAddress());
            return answers.packet(session, packet);
        }).start(directory)) {
            world.proxy().awaitLinks(World.LINKS);
            Process load = start("load", List.of("--proxy", "127.0.0.1:" + world.proxy().address().getPort(),
                    "--addresses", "2", "--secret", World.SECRET + "," + other, "--clients", "6", "--rounds", "5"));

            assertThat(exitCode(load)).as(out(load) + err(load)).isZero();

            assertThat(addresses).containsExactlyInAnyOrder("127.0.0.1", "127.0.0.2");
            Await.until("the clients of both secrets have come and gone", Harness.SOON,
                    () -> ends(world, 1) == 3 && ends(world, 2) == 3);
        }
    }

    /** How many clients with that secret were closed, for whatever reason. */
    private static long ends(World world, int secret) throws IOException {
        return world.proxy().stats().values().entrySet().stream()
                .filter(stat -> stat.getKey().startsWith("secret_" + secret + "_closed_"))
                .mapToLong(stat -> Long.parseLong(stat.getValue())).sum();
    }

    @Test
    void loadFromNoAddressIsRefused() throws Exception {
        Process load = start("load", List.of("--proxy", "127.0.0.1:1", "--addresses", "0"));

        assertThat(exitCode(load)).isEqualTo(2);

        assertThat(err(load)).contains("--addresses: 0 (expected: 1..250)");
    }

    // ---- what an operator does

    private static List<String> demoArguments() {
        String executable = System.getProperty(ProxyOptions.EXECUTABLE);
        return new ArrayList<>(executable == null ? List.of() : List.of("--proxy", executable));
    }

    private Path telegramConfig() throws IOException {
        return Files.writeString(directory.resolve("backend.conf"), "default 2;\nproxy_for 2 127.0.0.1:8888;\n");
    }

    private Process start(String command, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(launcher);
        words.addAll(List.of(System.getProperty("mtproxy.home") + "/bin/mtproxyctl", command));
        words.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("MTPROXY_BUILD", "never");
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment().remove("STATE_DIRECTORY");
        Path temporary = Files.createDirectories(directory.resolve("tmp"));
        builder.environment().put("MTPROXYCTL_JVM_FLAGS", "-Djava.io.tmpdir=" + temporary);
        int number = started.size();
        builder.redirectOutput(directory.resolve("out" + number).toFile());
        builder.redirectError(directory.resolve("err" + number).toFile());
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String out(Process process) throws IOException {
        return Files.readString(directory.resolve("out" + started.indexOf(process)));
    }

    private String err(Process process) throws IOException {
        return Files.readString(directory.resolve("err" + started.indexOf(process)));
    }

    private static int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).as("it ends").isTrue();
        return process.exitValue();
    }

    private static void interrupt(Process process) throws Exception {
        String signal = ignoresInterrupts(process) ? "-TERM" : "-INT";
        new ProcessBuilder("kill", signal, String.valueOf(process.pid())).start().waitFor();
    }

    private List<Path> temporaryFiles() throws IOException {
        try (var files = Files.list(directory.resolve("tmp"))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("hsperf")).toList();
        }
    }

    private Map<String, Object> ready(Process telegram) throws IOException {
        Await.until("the simulated Telegram is ready", Harness.SOON, () -> out(telegram).endsWith("\n"));
        return JSON.std.mapFrom(out(telegram));
    }

    private LoadTarget linked(Process process) throws IOException {
        Await.until("a link is printed", Harness.SOON, () -> {
            assertThat(process.isAlive()).as(out(process) + err(process)).isTrue();
            return LINK.matcher(out(process)).find();
        });
        Matcher link = LINK.matcher(out(process));
        assertThat(link.find()).isTrue();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(link.group(1)),
                Integer.parseInt(link.group(2)));
        return LoadTarget.of(address, ProxySecret.parse(link.group(3)).key());
    }

    private static LoadReport serve(LoadTarget target) throws InterruptedException {
        return LoadRun.start(new LoadPlan(target, LoadWork.echo(5, 16, 100), 3)).await();
    }

    /** Under nohup or a shell's & this run and all that it starts ignore SIGINT, and Java then never sees it. */
    private static boolean ignoresInterrupts(Process process) throws IOException {
        String mask = Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("SigIgn:")).map(line -> line.substring(7).strip()).findFirst()
                .orElse("0");
        return (Long.parseUnsignedLong(mask, 16) & 1L << 1) != 0;
    }
}
