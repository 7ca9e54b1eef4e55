package io.mtproxy.tools.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {

    private static final String ONE = "00112233445566778899aabbccddeeff";
    private static final String TWO = "ffeeddccbbaa99887766554433221100";

    @TempDir
    private Path directory;

    @Test
    void readsWhatTheDaemonReads() throws IOException {
        assertThat(SecretFile.read(file("# all\r\n" + ONE + "," + TWO + "# two\n\n\t " + ONE)))
                .extracting(ProxySecret::plain).containsExactly(ONE, TWO, ONE);
    }

    @Test
    void namesTheLineOfABadOne() throws IOException {
        Path bad = file(ONE + "\n" + TWO + " 00x\n");
        Path forClients = file("dd" + ONE);
        Path empty = file("# nothing\n");

        assertThatThrownBy(() -> SecretFile.read(bad)).hasMessageContaining(" line 2: ").hasMessageNotContaining("00x");
        assertThatThrownBy(() -> SecretFile.read(forClients)).hasMessageContaining("without dd");
        assertThatThrownBy(() -> SecretFile.read(empty)).hasMessageContaining("no secret");
    }

    @Test
    void aNewOneIsForItsOwnerOnly() throws IOException {
        Path file = directory.resolve("a/b/secret");
        ProxySecret secret = ProxySecret.generate(new SecureRandom());

        assertThat(SecretFile.create(file, secret)).containsExactly(file, file.getParent(), directory.resolve("a"));

        assertThat(SecretFile.read(file)).containsExactly(secret);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThatThrownBy(() -> SecretFile.create(file, secret)).isInstanceOf(FileAlreadyExistsException.class);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "secrets", ""), text);
    }
}
