package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
@SuppressWarnings("try") // being open is all that the socket does
class ControlTest {
    private static final int PID = 77;

    @TempDir
    private Path directory;
    private final Log log = new Log(new ByteArrayOutputStream(), 1, InstantSource.system());

    private Control open(Control.Requests requests) {
        Control control = Control.open(directory, PID, requests, log);
        assertThat(control).isNotNull();
        return control;
    }

    private SocketChannel ask(String line) throws IOException {
        SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve(PID + ".sock")));
        client.write(ByteBuffer.wrap((line + '\n').getBytes(StandardCharsets.UTF_8)));
        return client;
    }

    private static String all(SocketChannel client) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
        while (client.read(bytes) >= 0) {
            // until the end
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    @Test
    void whatIsSaidOfARequestComesInOrderAndThenTheEnd() throws Exception {
        try (Control control = open((words, progress, last) -> {
            progress.accept("left 2");
            progress.accept("left 1");
            last.accept("ok " + String.join("|", words));
        }); SocketChannel client = ask("upgrade 3 /a path")) {
            assertThat(all(client)).isEqualTo("left 2\nleft 1\nok upgrade|3|/a path\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(PID + ".sock"))))
                    .isEqualTo("rw-------");
        }
        assertThat(directory.resolve(PID + ".sock")).doesNotExist();
    }

    @Test
    void whoDoesNotReadKeepsNobodyWaiting() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (Control control = open((words, progress, last) -> {
            for (int i = 0; i < 100_000; i++) { // far more than the socket holds
                progress.accept("left " + i);
            }
            done.countDown();
            last.accept("ok");
        }); SocketChannel client = ask("drain 1")) {
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void anOldFileOfThatNameIsReplaced() throws Exception {
        Files.writeString(directory.resolve(PID + ".sock"), "of a process that had this number before");
        try (Control control = open((words, progress, last) -> last.accept("ok"));
                SocketChannel client = ask("status")) {
            assertThat(all(client)).isEqualTo("ok\n");
        }
    }
}
