package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.log.Log;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream caller = new ByteArrayOutputStream();
    private final Log log = new Log(caller, 1, InstantSource.system());

    @Test
    void takesLinesFromTheMainLoopOn() throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "old\n");
        LogFile logFile = logFile(file.toString());
        log.raw("before");
        logFile.daemonize();
        log.raw("still before");
        logFile.open();
        log.raw("main loop");
        assertThat(callersLines()).isEqualTo("before\nstill before\n");
        assertThat(file).content().isEqualTo("old\nmain loop\n");
    }

    @Test
    void aFileThatCannotBeOpenedEndsTheStart() {
        String file = folder.resolve("no/log").toString();
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> logFile(file).open());
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal).hasMessage("fatal: cannot open log file '" + file + "': No such file or directory");
    }

    @Test
    void reopeningBeginsANewFileOfTheSameName() throws Exception {
        Path file = folder.resolve("log");
        LogFile logFile = logFile(file.toString());
        logFile.open();
        log.raw("1");
        Files.move(file, folder.resolve("log.1"));
        log.raw("2");
        logFile.reopen();
        log.raw("3");
        assertThat(folder.resolve("log.1")).content().isEqualTo("1\n2\n");
        assertThat(file).content().isEqualTo("3\n");
    }

    @Test
    void whenReopeningFailsTheOldFileStays() throws Exception {
        Path inside = Files.createDirectory(folder.resolve("inside"));
        LogFile logFile = logFile(inside.resolve("log").toString());
        logFile.open();
        Files.move(inside, folder.resolve("moved"));
        logFile.reopen();
        log.raw("kept");
        assertThat(folder.resolve("moved/log")).content()
                .contains("cannot open log file '" + inside.resolve("log") + "': No such file or directory\n")
                .endsWith("kept\n");
    }

    @Test
    void withoutAFileReopeningChangesNothing() throws Exception {
        LogFile logFile = logFile(null);
        logFile.open();
        logFile.reopen();
        log.raw("kept");
        assertThat(callersLines()).contains("no log file to reopen").endsWith("kept\n");
    }

    private LogFile logFile(String file) {
        return new LogFile(log,
                new Settings.Host(null, false, file, 0, 0, new Settings.Threads(0, 0, false, 0, 0)), true);
    }

    private String callersLines() {
        return caller.toString(StandardCharsets.UTF_8);
    }
}
