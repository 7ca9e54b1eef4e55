package io.mtproxy.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStreamTest {
    @TempDir
    Path folder;

    @Test
    void appendsToWhatIsThere() throws IOException {
        Path file = Files.writeString(folder.resolve("log"), "old\n");
        try (OutputStream log = LogStream.append(file.toString())) {
            log.write("new\n".getBytes(StandardCharsets.UTF_8));
            log.write('!');
        }
        assertThat(file).content().isEqualTo("old\nnew\n!");
    }

    @Test
    void othersMayNotRead() throws IOException {
        LogStream.append(folder.resolve("log").toString()).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("log")))).isIn(
                "rw-r-----",
                "rw-------");
    }

    @Test
    void saysWhyAFileCannotBeOpened() {
        assertThat(reason(folder.resolve("no/log"))).isEqualTo("No such file or directory");
        assertThat(reason(folder)).isEqualTo("Is a directory");
    }

    private static String reason(Path file) {
        return LogStream.reason(catchThrowableOfType(IOException.class, () -> LogStream.append(file.toString())));
    }
}
