package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordFileTest {
    @TempDir
    Path folder;

    private final List<String> details = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({"32,dc8fe1d6497ebd23f5975d8d2a1c5e81", "256,c7a139a2b8e92164276f778917ba10b9"})
    void takes32To256RawBytes(int length, String md5) throws Exception {
        PasswordFile file = PasswordFile.load(write(length), details::add);
        assertThat(file.secret()).hasSize(length).containsOnly('x');
        assertThat(file.md5()).isEqualTo(md5);
        assertThat(details).hasSize(1).first().asString().startsWith("loaded " + length + " bytes from password file ");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 257, 20000})
    void refusesOtherLengths(int length) throws Exception {
        String name = write(length);
        assertThat(refusal(name)).hasMessage("fatal: cannot load secret definition file `" + name + "'");
        assertThat(details.getLast()).contains("too long or too short", "expected 32..256");
    }

    @Test
    void refusesMissingFilesAndFolders() {
        assertThat(refusal("/no/file")).hasMessage("fatal: cannot load secret definition file `/no/file'");
        assertThat(refusal("")).hasMessage("fatal: cannot load secret definition file `'");
        assertThat(refusal(folder.toString()).exitCode()).isEqualTo(1);
        assertThat(details).containsExactly("cannot open password file /no/file: No such file or directory",
                "cannot open password file : No such file or directory",
                "error reading password file " + folder + ": Is a directory");
    }

    @Test
    void theDefaultFileMayBeAbsent() throws Exception {
        assertThat(Path.of("secret")).doesNotExist();
        PasswordFile file = PasswordFile.load(null, details::add);
        assertThat(file.secret()).isNull();
        assertThat(file.md5()).isEqualTo("none");
        assertThat(details).containsExactly("cannot open password file secret: No such file or directory");
    }

    private String write(int length) throws Exception {
        return Files.writeString(folder.resolve("pwd"), "x".repeat(length)).toString();
    }

    private Refusal refusal(String name) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> PasswordFile.load(name, details::add));
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.usage()).isFalse();
        return refusal;
    }
}
