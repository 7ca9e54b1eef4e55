package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(20)
@SuppressWarnings("try") // an inbox that nobody looks at
class NotifySocketTest {
    private static final int SOON = 5000;

    @TempDir
    private Path folder;

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    private static void deliversTo(String name) throws IOException {
        try (NotifyInbox inbox = new NotifyInbox(name)) {
            NotifySocket socket = NotifySocket.of(name);
            socket.send("READY=1\nSTATUS=it's ü");
            socket.send("WATCHDOG=1");
            assertThat(inbox.next(SOON)).isEqualTo("READY=1\nSTATUS=it's ü");
            assertThat(inbox.next(SOON)).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void deliversToAPath() throws IOException {
        deliversTo(folder.resolve("notify").toString());
    }

    @Test
    void deliversToAnAbstractName() throws IOException {
        deliversTo("@mtproxy-test-" + ProcessHandle.current().pid());
    }

    @Test
    void noDescriptorIsLeftOpen() throws IOException {
        String name = folder.resolve("notify").toString();
        try (NotifyInbox inbox = new NotifyInbox(name)) {
            NotifySocket socket = NotifySocket.of(name);
            long before = descriptors();
            for (int i = 0; i < 300; i++) {
                socket.send("WATCHDOG=1");
                assertThat(inbox.next(SOON)).isEqualTo("WATCHDOG=1");
            }
            assertThat(descriptors()).as("the JVM itself opens some").isLessThan(before + 100);
        }
    }

    @Test
    void aManagerThatCameLaterIsFound() throws IOException {
        String name = folder.resolve("notify").toString();
        NotifySocket socket = NotifySocket.of(name);
        assertThatThrownBy(() -> socket.send("READY=1")).isInstanceOf(IOException.class)
                .hasMessage("No such file or directory");
        for (int i = 0; i < 2; i++) {
            try (NotifyInbox inbox = new NotifyInbox(name)) {
                socket.send("WATCHDOG=1");
                assertThat(inbox.next(SOON)).isEqualTo("WATCHDOG=1");
            }
            assertThatThrownBy(() -> socket.send("WATCHDOG=1")).isInstanceOf(IOException.class)
                    .hasMessage("Connection refused");
            Files.delete(Path.of(name));
        }
    }

    @Test
    void oneThatHangsIsNotWaitedForLong() throws IOException {
        String name = folder.resolve("notify").toString();
        try (NotifyInbox deaf = new NotifyInbox(name)) {
            NotifySocket socket = NotifySocket.of(name);
            assertThatThrownBy(() -> {
                for (int i = 0; i < 100_000; i++) {
                    socket.send("x".repeat(1000));
                }
            }).isInstanceOf(SocketTimeoutException.class).hasMessage("it took nothing for 1000 ms");
        }
    }

    @Test
    void whatIsNoNameIsRefused() throws IOException {
        for (String name : new String[] {"", "relative", "vsock:2:1234"}) {
            assertThatThrownBy(() -> NotifySocket.of(name)).isInstanceOf(IOException.class)
                    .hasMessage("expected a path or @name");
        }
        NotifySocket tooLong = NotifySocket.of("/" + "x".repeat(107));
        assertThatThrownBy(() -> tooLong.send("READY=1")).isInstanceOf(IOException.class)
                .hasMessageContaining("1..107 bytes, this one 108");
    }
}
