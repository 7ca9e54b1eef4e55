package io.mtproxy.tools.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An installation with its class archive, made by {@code bin/make-archive}. */
class ClassArchiveIT {

    private static final String MAIN = " io.mtproxy.proxy.app.Main source: ";
    private static final String ARCHIVE = "mtproto-proxy-*.jsa";

    @TempDir
    private Path root;

    private record Outcome(int exitCode, String out, String err, String loaded) {
        String printed() {
            return out + err.replaceAll("\\[\\d+]\\[[^]]*]", "");
        }
    }

    @BeforeEach
    void installation() throws IOException {
        Path home = Path.of(System.getProperty("mtproxy.home"));
        copy(home.resolve("bin"), root.resolve("bin"));
        copy(home.resolve("target/dist/lib"), root.resolve("lib"));
        try (Stream<Path> stale = Files.list(root.resolve("lib"))) {
            for (Path archive : stale.filter(file -> file.toString().endsWith(".jsa")).toList()) {
                Files.delete(archive);
            }
        }
    }

    @Test
    void whatFitsIsTakenAndWhatDoesNotIsPassedOverInSilence() throws Exception {
        Outcome without = usage();
        assertThat(without.loaded()).contains(MAIN + "file:");

        Outcome made = run(List.of(root.resolve("bin/make-archive").toString()));
        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out() + made.err()).isEmpty();
        Outcome with = usage();
        assertThat(with.loaded()).contains(MAIN + "shared objects file");
        assertThat(with.printed()).isEqualTo(without.printed());

        truncate(archive());
        Outcome broken = usage();
        assertThat(broken.loaded()).contains(MAIN + "file:");
        assertThat(broken.printed()).isEqualTo(without.printed());
    }

    @Test
    void ofAChangedJarTheNewClassesRun() throws Exception {
        Outcome made = run(List.of(root.resolve("bin/make-archive").toString()));
        assertThat(made.exitCode()).as(made.err()).isZero();
        Path jar = one("proxy-*.jar");
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Files.writeString(zip.getPath("another-version"), "");
        }
        Outcome changed = usage();

        assertThat(changed.loaded()).contains(MAIN + "file:");
        assertThat(changed.exitCode()).isEqualTo(2);

        // even under its name, the JVM itself looks at the jars
        Outcome forced = usage("-XX:SharedArchiveFile=" + archive());
        assertThat(forced.loaded()).contains(MAIN + "file:");
        assertThat(forced.printed()).isEqualTo(changed.printed());
    }

    private Path archive() throws IOException {
        return one(ARCHIVE);
    }

    private Path one(String glob) throws IOException {
        try (var files = Files.newDirectoryStream(root.resolve("lib"), glob)) {
            return files.iterator().next();
        }
    }

    private static void truncate(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }

    private Outcome usage(String... flags) throws Exception {
        return run(List.of(root.resolve("bin/mtproto-proxy").toString(), "--help"), flags);
    }

    private Outcome run(List<String> command, String... flags) throws Exception {
        Path loaded = root.resolve("loaded");
        Path out = root.resolve("out");
        Path err = root.resolve("err");
        Files.deleteIfExists(loaded);
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        if (command.size() > 1) {
            builder.environment().put("MTPROXY_JVM_FLAGS",
                    "-Xlog:class+load:file=" + loaded + " " + String.join(" ", flags));
        }
        int exitCode = builder.start().waitFor();
        return new Outcome(exitCode, text(out), text(err), Files.exists(loaded) ? text(loaded) : "");
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
