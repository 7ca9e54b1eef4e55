package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
@Timeout(20)
class SocketCallsTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int STREAM = 1;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lengthsBeyondTheArrayNeverReachTheKernel(boolean copying) {
        SocketCalls calls = new SocketCalls(copying);
        byte[] b = new byte[10];
        int[][] wrong = {{0, 11}, {5, 6}, {-1, 2}, {0, -1}, {11, 0}, {Integer.MAX_VALUE, 1}};
        for (int[] range : wrong) {
            assertThatThrownBy(() -> calls.recv(-1, b, range[0], range[1]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> calls.send(-1, b, range[0], range[1]))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
        assertThat(calls.recv(-1, b, 0, 10)).isEqualTo(-1);
        assertThat(calls.errno()).isEqualTo(Errno.EBADF);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readingAndWritingNeverBlock(boolean copying) {
        SocketCalls calls = new SocketCalls(copying);
        int listener = calls.socket(SocketName.INET, STREAM);
        assertThat(calls.bind(listener, ANY_PORT, ANY_PORT)).isZero();
        assertThat(calls.listen(listener, 1)).isZero();
        assertThat(DescriptorFlags.nonBlocking(calls, listener)).isZero();
        assertThat(calls.accept(listener)).isEqualTo(-1);
        assertThat(calls.errno()).isEqualTo(Errno.EAGAIN);

        calls.local(listener);
        InetSocketAddress target = new InetSocketAddress(InetAddress.getLoopbackAddress(), calls.port());
        int blocking = calls.socket(SocketName.INET, STREAM);
        assertThat(calls.connect(blocking, target)).isZero();
        byte[] b = new byte[SocketCalls.MOST + 1000];
        assertThat(calls.recv(blocking, b, 0, b.length)).isEqualTo(-1);
        assertThat(calls.errno()).isEqualTo(Errno.EAGAIN);
        int sent;
        do {
            sent = calls.send(blocking, b, 1000, SocketCalls.MOST);
            assertThat(sent).isLessThanOrEqualTo(SocketCalls.MOST);
        } while (sent > 0);
        assertThat(calls.errno()).isEqualTo(Errno.EAGAIN);

        int accepted = calls.accept(listener);
        assertThat(calls.address()).containsExactly(127, 0, 0, 1);
        int peerPort = calls.port();
        calls.local(blocking);
        assertThat(peerPort).isEqualTo(calls.port());
        assertThat(calls.recv(accepted, b, 7, b.length - 7)).isBetween(1, SocketCalls.MOST);
        assertThat(calls.close(accepted)).isZero();
        assertThat(calls.close(blocking)).isZero();
        assertThat(calls.close(listener)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bytesGoWhereTheyBelong(boolean copying) throws Exception {
        SocketCalls calls = new SocketCalls(copying);
        UnixSocket[] pair = UnixSocket.pair();
        try (UnixSocket a = pair[0]; UnixSocket b = pair[1]) {
            assertThat(calls.send(a.descriptor(), new byte[] {1, 2, 3, 4, 5}, 1, 3)).isEqualTo(3);
            byte[] got = new byte[8];
            assertThat(calls.recv(b.descriptor(), got, 4, 4)).isEqualTo(3);
            assertThat(got).containsExactly(0, 0, 0, 0, 2, 3, 4, 0);
        }
    }
}
