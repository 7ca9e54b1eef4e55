package io.mtproxy.proxy.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SightingStoreTest {
    @TempDir
    private Path folder;

    private SightingStore store() {
        return new SightingStore(folder);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "front.test", "localhost", "[::1]", "../../etc/passwd", "a/b", ".", "..", "%41", "A",
            "a",
            "a\nb", "пример.рф", "-", "con\u0001"})
    void keepsWhatItIsGivenInAFileOfTheFolder(String domain) throws IOException {
        SiteSighting sighting = Sightings.drawn(domain, 7, 1000);
        store().save(sighting);
        assertThat(store().load(domain)).isEqualTo(sighting);
        assertThat(names()).singleElement().asString().startsWith("site-").endsWith(".txt")
                .matches("[A-Za-z0-9._%-]+");
    }

    @Test
    void aVeryLongNameHasItsFileToo() throws IOException {
        String domain = "x".repeat(4000);
        store().save(Sightings.drawn(domain, 7, 1000));
        assertThat(store().load(domain)).isNotNull();
        assertThat(store().load("x".repeat(4001))).isNull();
    }

    @Test
    void whatWasNeverKeptIsNotThere() throws IOException {
        assertThat(store().load("front.test")).isNull();
    }

    @Test
    void aNewSightingReplacesTheOldOneAndLeavesNothingElse() throws IOException {
        store().save(Sightings.drawn("front.test", 7, 1000));
        SiteSighting second = Sightings.drawn("front.test", 8, 2000);
        store().save(second);
        assertThat(store().load("front.test")).isEqualTo(second);
        assertThat(names()).containsExactly("site-front.test.txt");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("site-front.test.txt"))))
                .startsWith("rw-").endsWith("r--");
    }

    @Test
    void aFolderThatIsGoneIsAnError() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        Files.delete(gone);
        assertThatThrownBy(() -> new SightingStore(gone).save(Sightings.drawn("front.test", 7, 1000)))
                .isInstanceOf(IOException.class);
        assertThat(new SightingStore(gone).load("front.test")).isNull();
    }

    @Test
    void aFileOfAnotherDomainIsRefused() throws IOException {
        store().save(Sightings.drawn("a.test", 7, 1000));
        Files.move(store().file("a.test"), store().file("b.test"));
        assertThatThrownBy(() -> store().load("b.test")).isInstanceOf(IOException.class)
                .hasMessageContaining("site-b.test.txt: line 2 is 'domain a.test', expected 'domain b.test'");
    }

    @Test
    void linksAreNotFollowed() throws IOException {
        store().save(Sightings.drawn("a.test", 7, 1000));
        Files.createSymbolicLink(store().file("b.test"), store().file("a.test"));
        assertThatThrownBy(() -> store().load("b.test")).hasMessageContaining("is not a regular file");
    }

    @Test
    void aLinkInItsPlaceIsReplacedAndItsTargetLeftAlone() throws IOException {
        Path other = Files.writeString(folder.resolve("other"), "precious");
        Files.createSymbolicLink(store().file("front.test"), other);
        store().save(Sightings.drawn("front.test", 7, 1000));
        assertThat(other).hasContent("precious");
        assertThat(store().load("front.test")).isNotNull();
    }

    @Test
    @Timeout(20)
    void aPipeIsNotWaitedFor() throws Exception {
        int code = new ProcessBuilder("mkfifo", store().file("front.test").toString()).start().waitFor();
        assertThat(code).isZero();
        assertThatThrownBy(() -> store().load("front.test")).hasMessageContaining("is not a regular file");
    }

    @Test
    void aDirectoryOrAHugeFileIsRefused() throws IOException {
        Files.createDirectory(store().file("a.test"));
        assertThatThrownBy(() -> store().load("a.test")).hasMessageContaining("is not a regular file");
        Files.write(store().file("b.test"), new byte[SightingText.MAX_LENGTH + 1]);
        assertThatThrownBy(() -> store().load("b.test")).hasMessageContaining("longer than 65536 bytes");
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        Files.write(store().file("a.test"), all);
        assertThatThrownBy(() -> store().load("a.test")).isInstanceOf(IOException.class).hasMessageContaining("line 1");
    }
}
