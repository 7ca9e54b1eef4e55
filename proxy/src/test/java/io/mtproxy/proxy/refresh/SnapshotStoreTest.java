package io.mtproxy.proxy.refresh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStoreTest {
    private static final byte[] ONE = "one".getBytes(ISO_8859_1);
    private static final byte[] TWO = "two".getBytes(ISO_8859_1);

    @TempDir
    private Path folder;

    private SnapshotStore store() {
        return new SnapshotStore(folder, null);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void keepsTheLastOnesForItsUserOnly() throws Exception {
        store().save(ONE, new byte[32]);
        store().save(TWO, new byte[64]);
        assertThat(store().config()).hasBinaryContent(TWO);
        assertThat(store().readSecret()).isEqualTo(new byte[64]);
        assertThat(names()).containsExactly("refresh-config", "refresh-secret");
        for (Path file : List.of(store().config(), store().secret())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        }
    }

    @Test
    void withoutOneThereIsNone() throws Exception {
        assertThat(store().current()).isNull();
        assertThat(store().newest()).isNull();
        assertThat(store().readSecret()).isNull();
    }

    @Test
    void whatIsTheSameIsNotWrittenAgain() throws Exception {
        store().save(ONE, null);
        Object before = Files.readAttributes(store().config(), "unix:ino,lastModifiedTime");
        store().save(ONE, null);
        assertThat((Object) Files.readAttributes(store().config(), "unix:ino,lastModifiedTime")).isEqualTo(before);
    }

    @Test
    void whatIsSetAsideIsOfAnEarlierLife() throws Exception {
        store().setAside();
        store().save(ONE, null);
        store().setAside();
        assertThat(store().current()).isNull();
        assertThat(store().newest()).isEqualTo(store().earlierConfig()).hasBinaryContent(ONE);
        store().save(TWO, null);
        assertThat(store().newest()).isEqualTo(store().config()).hasBinaryContent(TWO);
    }

    @Test
    void isForThatUser() throws Exception {
        String user = Files.getOwner(folder).getName();
        new SnapshotStore(folder, user).save(ONE, null);
        assertThat(Files.getOwner(store().config()).getName()).isEqualTo(user);
        assertThatThrownBy(() -> new SnapshotStore(folder, "no-such-user-here").save(TWO, null))
                .isInstanceOf(IOException.class);
        assertThat(store().config()).hasBinaryContent(ONE);
        assertThat(names()).containsExactly("refresh-config");
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path other = Files.write(folder.resolve("other"), ONE);
        Files.createSymbolicLink(store().secret(), other);
        Files.createSymbolicLink(store().config(), other);
        assertThatThrownBy(() -> store().readSecret()).hasMessage(store().secret() + " is not a regular file");
        assertThat(store().newest()).isNull();
        store().save(TWO, new byte[32]);
        assertThat(other).hasBinaryContent(ONE);
        assertThat(store().config()).hasBinaryContent(TWO);
    }

    @Test
    void whereNothingCanBeWrittenItSaysSo() {
        SnapshotStore nowhere = new SnapshotStore(folder.resolve("missing"), null);
        assertThatThrownBy(() -> nowhere.save(ONE, null)).isInstanceOf(IOException.class);
    }
}
