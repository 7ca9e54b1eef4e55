package io.mtproxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every stored input once through its target: what the fuzzer has found stays found. */
class SeedsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TestFactory
    Stream<DynamicTest> storedInputsAreNoFindings() {
        return Target.all().stream()
                .map(target -> DynamicTest.dynamicTest(target.name(), () -> assertTimeoutPreemptively(LIMIT, () -> {
                    List<Seeds.Seed> seeds = target.seeds();
                    assertThat(seeds).isNotEmpty();
                    for (Seeds.Seed seed : seeds) {
                        assertThat(seed.bytes().length).as("%s", seed).isLessThanOrEqualTo(target.maxLength());
                        try {
                            target.run(seed.bytes());
                        } catch (Throwable finding) {
                            throw new AssertionError(target + ", " + seed, finding);
                        }
                    }
                })));
    }

    @Test
    void everyTargetIsInTheList() throws IOException, URISyntaxException {
        Path classes = Path.of(SeedsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(classes)) {
            List<String> targets = files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith("Fuzz.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.')).toList();
            assertThat(targets).isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(Target.all().stream().map(Target::type).toList());
        }
    }

    @Test
    void packsWhatIsNewBehindWhatIsThere(@TempDir Path directory) throws IOException {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        Files.write(corpus.resolve("a"), new byte[] {1, 2});
        Files.write(corpus.resolve("b"), new byte[] {3});
        Files.write(corpus.resolve("c"), new byte[] {(byte) 0xff});
        Path file = directory.resolve("T.txt");
        Files.writeString(file, "# old\nff\n");
        Seeds.main(new String[] {"pack", corpus.toString(), file.toString()});
        assertThat(file).hasContent("# old\nff\n03\n0102\n");
        assertThat(Seeds.parse(Files.readString(file))).extracting(Seeds.Seed::line).containsExactly(2, 3, 4);
    }

    @Test
    void piecesMakeTheWholeInEveryStyle() {
        byte[] bytes = new byte[3000];
        new Random(1).nextBytes(bytes);
        for (int style = 0; style < Cuts.STYLES; style++) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            Cuts.feed(bytes, style, 5, (b, off, len) -> {
                assertThat(off).isEqualTo(5);
                assertThat(b).hasSize(off + len);
                all.write(b, off, len);
            });
            assertThat(all.toByteArray()).as("style %d", style).isEqualTo(bytes);
        }
    }
}
