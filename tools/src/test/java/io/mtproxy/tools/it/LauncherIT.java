package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launchers, copied into a made-up installation with made-up JDKs and a made-up Maven. */
class LauncherIT {

    private static final String TELLING_JAVA = """
            #!/bin/sh
            echo "home ${0%/bin/java}"
            echo "pid $$"
            echo "arenas $MALLOC_ARENA_MAX"
            for a in "$@"; do echo "[$a]"; done
            """;

    @TempDir
    private Path temp;
    private Path root;
    private Path jdk;

    private record Outcome(int exitCode, long pid, List<String> out, String err) {}

    @BeforeEach
    void installation() throws IOException {
        root = Files.createDirectories(temp.resolve("an installation"));
        Path bin = Files.createDirectories(root.resolve("bin"));
        try (Stream<Path> launchers = Files.list(Path.of(System.getProperty("mtproxy.home"), "bin"))) {
            for (Path launcher : launchers.toList()) {
                Files.copy(launcher, bin.resolve(launcher.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        jars(root.resolve("lib"));
        jdk = jdk("jdk-25", "25.0.3");
    }

    // ---- which Java

    @Test
    void ownVariableComesBeforeJavaHomeAndPath() throws Exception {
        Path other = jdk("jdk-26", "26");

        Outcome outcome = launch(Map.of("MTPROXY_JAVA_HOME", jdk.toString(), "JAVA_HOME", other.toString()));

        assertThat(outcome.out()).contains("home " + jdk);
    }

    @Test
    void javaHomeComesBeforePath() throws Exception {
        Path other = jdk("jdk-26", "26");

        Outcome outcome = launch(Map.of("JAVA_HOME", jdk.toString(), "PATH", path(other.resolve("bin"))));

        assertThat(outcome.out()).contains("home " + jdk);
    }

    @Test
    void whatIsTooOldIsPassedOver() throws Exception {
        Path old = jdk("jdk-17", "17.0.15");

        Outcome outcome = launch(Map.of("JAVA_HOME", old.toString(), "PATH", path(jdk.resolve("bin"))));

        assertThat(outcome.out()).contains("home " + jdk);
    }

    @Test
    void javaOnThePathMayBeALink() throws Exception {
        Path links = Files.createDirectories(temp.resolve("links"));
        Files.createSymbolicLink(links.resolve("java"), jdk.resolve("bin/java"));

        assertThat(launch(Map.of("PATH", path(links))).out()).contains("home " + jdk);
    }

    @Test
    void ownVariableIsNeverPassedOver() throws Exception {
        Path old = jdk("jdk-24", "24.0.1");

        Outcome outcome = launch(Map.of("MTPROXY_JAVA_HOME", old.toString(), "JAVA_HOME", jdk.toString()));

        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(outcome.err()).contains(old.toString(), "no Java 25", "found: 24");
        assertThat(outcome.out()).isEmpty();
    }

    // ---- what Java is told

    @Test
    void argumentsArriveAsTheyWere() throws Exception {
        Outcome outcome = launch(Map.of(), "-S", "", "a b", "it's", "$HOME", "*", "--");

        List<String> out = outcome.out();
        int main = out.indexOf("[io.mtproxy.proxy.app.Main]");
        assertThat(out.subList(main + 1, out.size())).containsExactly("[-S]", "[]", "[a b]", "[it's]", "[$HOME]", "[*]",
                "[--]");
        assertThat(out).contains("[-Dmtproxy.argv0=" + root.resolve("bin/mtproto-proxy") + "]");
    }

    @Test
    void theDaemonGetsItsJarsFlagsAndSmallArenas() throws Exception {
        Outcome outcome = launch(Map.of("MTPROXY_JVM_FLAGS", "-Xmx99m -Dx=y"));

        assertThat(outcome.out()).contains("[-Xmx99m]", "[-Dx=y]", "[-XX:+UseSerialGC]",
                "[-XX:MaxRAM=1g]", "[-XX:MaxRAMPercentage=50]", "arenas 1",
                "[" + root.resolve("lib/wire-1.jar") + ":" + root.resolve("lib/proxy-1.jar") + "]");
        assertThat(launch(Map.of("MALLOC_ARENA_MAX", "3")).out()).contains("arenas 3");
    }

    @Test
    void aClassArchiveIsOnlyTakenForTheJarsThatItIsNamedAfter() throws Exception {
        String checksumOfNothing = "4294967295";
        Path archive = Files
                .createFile(root.resolve("lib/mtproto-proxy-" + checksumOfNothing + "-" + checksumOfNothing + ".jsa"));
        String flag = "[-XX:SharedArchiveFile=" + archive + "]";
        assertThat(launch(Map.of()).out()).contains(flag);

        Files.writeString(root.resolve("lib/wire-1.jar"), "new");

        assertThat(launch(Map.of()).out()).doesNotContain(flag).noneMatch(line -> line.contains("SharedArchiveFile"));
    }

    @Test
    void processIdAndDescriptorsAreKept() throws Exception {
        Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\necho pid $$\ncat <&3\n");
        Path given = Files.writeString(temp.resolve("given"), "from descriptor 3\n");

        Outcome outcome = run(Map.of(), List.of("/bin/sh", "-c", "exec \"$0\" 3<\"$1\"",
                root.resolve("bin/mtproto-proxy").toString(), given.toString()));

        assertThat(outcome.out()).containsExactly("pid " + outcome.pid(), "from descriptor 3");
    }

    @Test
    void aLinkToTheLauncherWillDo() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("mtproto-proxy"), root.resolve("bin/mtproto-proxy"));

        Outcome outcome = run(Map.of(), List.of(link.toString(), "x"));

        assertThat(outcome.out()).contains("[-Dmtproxy.argv0=" + link + "]", "[x]");
    }

    @Test
    void anIncompleteInstallationIsNamed() throws Exception {
        Files.delete(root.resolve("lib/wire-1.jar"));

        Outcome outcome = launch(Map.of());

        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(outcome.err()).contains("wire-*.jar is missing");
    }

    // ---- a clone builds itself

    @Test
    void aCloneIsBuiltOnceAndAgainWhenASourceChanges() throws Exception {
        Path builds = makeClone("");

        assertThat(launch(Map.of(), "x").out()).contains("[x]").doesNotContain("maven speaking");
        assertThat(Files.readAllLines(builds)).hasSize(1);
        launch(Map.of());
        assertThat(Files.readAllLines(builds)).hasSize(1);

        touch(root.resolve("wire/src/main/java/A.java"), Instant.now().plusSeconds(5));
        Outcome again = launch(Map.of());

        assertThat(again.err()).contains("sources changed in wire", "maven speaking");
        assertThat(Files.readAllLines(builds)).hasSize(2);
    }

    @Test
    void aBuildThatChangesNoJarIsNotRepeated() throws Exception {
        Path builds = makeClone("");
        launch(Map.of());
        Instant later = Instant.now().minusSeconds(1);
        for (String module : List.of("wire", "proxy", "tools")) {
            touch(root.resolve("target/dist/lib/" + module + "-1.jar"), later.minusSeconds(60));
        }
        touch(root.resolve("wire/src/main/java/A.java"), later.minusSeconds(30));

        launch(Map.of());

        assertThat(Files.readAllLines(builds)).hasSize(1);
    }

    @Test
    void twoAtOnceBuildOnce() throws Exception {
        Path builds = makeClone("until [ -e \"" + temp + "/go\" ]; do sleep 0.05; done");
        Process first = start(Map.of(), List.of(root.resolve("bin/mtproto-proxy").toString()));
        Await.until("the first builds", Harness.SOON, () -> Files.exists(builds));
        Process second = start(Map.of(), List.of(root.resolve("bin/mtproto-proxy").toString()));
        StringBuilder waiting = new StringBuilder();
        Await.until("the second waits", Harness.SOON, () -> {
            waiting.append(new String(second.getErrorStream().readNBytes(second.getErrorStream().available()),
                    StandardCharsets.UTF_8));
            return waiting.toString().contains("waiting for the build of process " + first.pid());
        });

        Files.createFile(temp.resolve("go"));

        assertThat(outcome(first).exitCode()).isZero();
        assertThat(outcome(second).exitCode()).isZero();
        assertThat(Files.readAllLines(builds)).hasSize(1);
    }

    @Test
    void theLockOfOneThatDiedIsTakenOver() throws Exception {
        Path builds = makeClone("");
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path lock = Files.createDirectories(root.resolve("target/launcher-lock"));
        Files.writeString(lock.resolve("pid"), gone.pid() + "\n");

        assertThat(launch(Map.of()).exitCode()).isZero();

        assertThat(Files.readAllLines(builds)).hasSize(1);
        assertThat(lock).doesNotExist();
    }

    @Test
    void aFailingBuildIsNamed() throws Exception {
        makeClone("exit 1");

        Outcome outcome = launch(Map.of());

        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(outcome.err()).contains("not built yet", "the build failed");
        assertThat(root.resolve("target/launcher-lock")).doesNotExist();
    }

    @Test
    void aMissingMavenIsNamed() throws Exception {
        makeClone("");
        Files.delete(temp.resolve("maven/mvn"));
        Path tools = Files.createDirectories(temp.resolve("few"));
        for (String tool : List.of("sh", "find", "readlink", "dirname", "mkdir", "rm", "cat")) {
            Files.createSymbolicLink(tools.resolve(tool), Path.of("/bin", tool).toRealPath());
        }

        Outcome outcome = launch(Map.of("PATH", tools.toString(), "JAVA_HOME", jdk.toString()));

        assertThat(outcome.exitCode()).isEqualTo(127);
        assertThat(outcome.err()).contains("install Maven");
    }

    // ---- the made-up world

    /** Turns the installation into a clone whose Maven runs {@code script}; returns the file in which builds are counted. */
    private Path makeClone(String script) throws IOException {
        Path past = Path.of("pom.xml");
        Files.writeString(root.resolve(past), "<project/>");
        for (String module : List.of("wire", "proxy", "tools")) {
            Path sources = Files.createDirectories(root.resolve(module + "/src/main/java"));
            touch(Files.createFile(sources.resolve("A.java")), Instant.now().minusSeconds(100));
            touch(Files.createFile(root.resolve(module + "/pom.xml")), Instant.now().minusSeconds(100));
        }
        touch(root.resolve(past), Instant.now().minusSeconds(100));
        Path builds = temp.resolve("builds");
        Path mvn = Files.createDirectories(temp.resolve("maven")).resolve("mvn");
        executable(mvn,
                "#!/bin/sh\necho maven speaking\necho one >> '" + builds + "'\n" + script
                        + "\nmkdir -p target/dist/lib\n"
                        + "for m in wire proxy tools; do echo > target/dist/lib/$m-1.jar; done\n");
        return builds;
    }

    private static void jars(Path lib) throws IOException {
        Files.createDirectories(lib);
        for (String name : List.of("wire", "proxy", "tools")) {
            Files.createFile(lib.resolve(name + "-1.jar"));
        }
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(temp.resolve(name));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(Files.createDirectories(home.resolve("bin")).resolve("java"), TELLING_JAVA);
        return home;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void touch(Path file, Instant time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    private String path(Path first) {
        return first + ":" + temp.resolve("maven") + ":/usr/bin:/bin";
    }

    private Outcome launch(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(root.resolve("bin/mtproto-proxy").toString()));
        command.addAll(List.of(arguments));
        return run(environment, command);
    }

    private Outcome run(Map<String, String> environment, List<String> command) throws Exception {
        return outcome(start(environment, command));
    }

    private Process start(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", temp.resolve("maven") + ":/usr/bin:/bin");
        if (!environment.containsKey("JAVA_HOME") && !environment.containsKey("PATH")) {
            builder.environment().put("JAVA_HOME", jdk.toString());
        }
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Outcome outcome(Process process) throws Exception {
        List<String> out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), process.pid(), out, err);
    }
}
