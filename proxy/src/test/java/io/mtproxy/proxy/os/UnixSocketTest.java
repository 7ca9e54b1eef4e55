package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(20)
@SuppressWarnings("try") // closing early is part of some tests
class UnixSocketTest {
    @TempDir
    private Path folder;

    private final SocketCalls calls = new SocketCalls();

    @Test
    void onlyTheOwnerCanConnectAndIsKnown() throws Exception {
        Path path = folder.resolve("s");
        try (UnixSocket server = UnixSocket.listen(path, 5); UnixSocket client = UnixSocket.connect(path)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-------");
            try (UnixSocket accepted = server.accept()) {
                client.send(new byte[] {1, 2, 3}, 0, 3);
                client.send(new byte[] {4}, 0, 1);
                byte[] b = new byte[10];
                assertThat(accepted.receive(b, 0, 10)).as("messages keep their bounds").isEqualTo(3);
                assertThat(accepted.receive(b, 3, 7)).isEqualTo(1);
                assertThat(Arrays.copyOf(b, 4)).containsExactly(1, 2, 3, 4);
                assertThat(accepted.received()).isEmpty();
                UnixSocket.Peer peer = accepted.peer();
                assertThat(peer.pid()).isEqualTo((int) ProcessHandle.current().pid());
                assertThat(peer.uid()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
                assertThat(peer.gid()).isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
                client.close();
                assertThat(accepted.receive(b, 0, 10)).isZero();
            }
        }
    }

    @Test
    void nobodyThereIsTold() {
        assertThatThrownBy(() -> UnixSocket.connect(folder.resolve("none"))).isInstanceOf(SocketException.class)
                .hasMessage("No such file or directory");
    }

    @Test
    void waitingEndsInTime() throws Exception {
        UnixSocket[] pair = UnixSocket.pair();
        try (UnixSocket a = pair[0]; UnixSocket b = pair[1]; UnixSocket l = UnixSocket.listen(folder.resolve("l"), 1)) {
            a.timeout(30);
            l.timeout(30);
            assertThatThrownBy(() -> a.receive(new byte[1], 0, 1)).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> l.accept()).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> {
                for (int i = 0; i < 100_000; i++) {
                    a.send(new byte[1000], 0, 1000);
                }
            }).isInstanceOf(SocketTimeoutException.class);
            assertThat(b.receive(new byte[1000], 0, 1000)).isEqualTo(1000);
        }
    }

    @Test
    void aMessageThatDoesNotFitIsRefusedAndItsDescriptorsAreClosed() throws Exception {
        UnixSocket[] pair = UnixSocket.pair();
        UnixSocket[] passed = UnixSocket.pair();
        try (UnixSocket a = pair[0]; UnixSocket b = pair[1]; UnixSocket end = passed[1]) {
            a.send(new byte[5], 0, 5, passed[0].descriptor());
            passed[0].close();
            assertThatThrownBy(() -> b.receive(new byte[4], 0, 4)).isInstanceOf(IOException.class)
                    .hasMessage("a message was cut: room for 4 bytes, 1 descriptors came through");
            assertThat(b.received()).isEmpty();
            assertThat(end.receive(new byte[1], 0, 1)).as("the last copy is closed").isZero();
        }
    }

    @Test
    void passedDescriptorsAreOfTheSameSocketAndNotForOtherPrograms() throws Exception {
        UnixSocket[] pair = UnixSocket.pair();
        UnixSocket[] passed = UnixSocket.pair();
        try (UnixSocket a = pair[0]; UnixSocket b = pair[1]; UnixSocket end = passed[1]; UnixSocket out = passed[0]) {
            int[] many = new int[UnixSocket.MOST_DESCRIPTORS];
            Arrays.fill(many, out.descriptor());
            a.send(new byte[1], 0, 1, many);
            assertThat(b.receive(new byte[1], 0, 1)).isEqualTo(1);
            int[] got = b.received();
            assertThat(got).hasSize(250).doesNotHaveDuplicates().doesNotContain(out.descriptor());
            calls.send(got[249], new byte[] {9}, 0, 1);
            byte[] there = new byte[1];
            assertThat(end.receive(there, 0, 1)).isEqualTo(1);
            assertThat(there).containsExactly(9);
            String info = Files.readString(Path.of("/proc/self/fdinfo", Integer.toString(got[0])));
            assertThat(info).containsPattern("flags:\\s+02"); // O_CLOEXEC, octal 02000000
            for (int d : got) {
                calls.close(d);
            }
        }
    }

    @Test
    void tooMuchOrNothingIsTheCallersMistake() throws Exception {
        UnixSocket[] pair = UnixSocket.pair();
        try (UnixSocket a = pair[0]; UnixSocket b = pair[1]) {
            assertThatThrownBy(() -> a.send(new byte[1], 0, 1, new int[251]))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("250");
            assertThatThrownBy(() -> a.send(new byte[1], 0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> b.receive(new byte[1], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}
