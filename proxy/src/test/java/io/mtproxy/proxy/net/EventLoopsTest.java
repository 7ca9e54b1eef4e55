package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.net.EventLoops.Kind;
import io.mtproxy.proxy.os.SocketSupport;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EnabledOnOs(OS.LINUX)
class EventLoopsTest {
    @Test
    void epollIsTheDefaultWhereItWorks() {
        Kind expected = SocketSupport.missing() == null ? Kind.EPOLL : Kind.NIO;
        assertThat(EventLoops.choose(null).kind()).isEqualTo(expected);
        assertThat(EventLoops.choose("").kind()).isEqualTo(expected);
        assertThat(EventLoops.choose("auto").kind()).isEqualTo(expected);
        assertThat(EventLoops.choose("auto").reason()).isNotBlank();
    }

    @Test
    void theOperatorMayChoose() {
        assertThat(EventLoops.choose("nio").kind()).isEqualTo(Kind.NIO);
        assertThat(EventLoops.choose("Epoll").kind()).isEqualTo(Kind.EPOLL);
        assertThat(EventLoops.choose("epoll-single").kind()).isEqualTo(Kind.EPOLL_SINGLE);
        assertThat(EventLoops.choose("epoll-copying").kind()).isEqualTo(Kind.EPOLL_COPYING);
        assertThatThrownBy(() -> EventLoops.choose("kqueue")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("MTPROXY_LOOP is \"kqueue\", expected auto, epoll, epoll-single, epoll-copying or nio");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void listenersTellWhyTheyCannotBeOpened(Kind kind) throws Exception {
        EventLoops loops = new EventLoops(kind, "test");
        try (Listener l = loops.listen(new InetSocketAddress("127.0.0.1", 0), 5, SocketSettings.DEFAULT)) {
            InetSocketAddress taken = new InetSocketAddress("127.0.0.1", l.address().port());
            assertThatThrownBy(() -> loops.listen(taken, 5, SocketSettings.DEFAULT)).isInstanceOf(BindException.class)
                    .hasMessage("Address already in use");
            assertThatThrownBy(() -> loops.listen(new InetSocketAddress("192.0.2.1", 0), 5, SocketSettings.DEFAULT))
                    .isInstanceOf(BindException.class).hasMessage("Cannot assign requested address");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void listenersFitOneKindOfLoop(Kind kind) throws Exception {
        EventLoops other = EventLoops.choose(kind == Kind.NIO ? "epoll" : "nio");
        try (EventLoop loop = new EventLoops(kind, "test").create(bug -> {});
                Listener l = other.listen(new InetSocketAddress("127.0.0.1", 0), 5, SocketSettings.DEFAULT)) {
            assertThatThrownBy(() -> loop.listen(l, (on, peer) -> null)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another kind of loop");
        }
    }

    @Test
    void nioTellsWhichOptionsItDoesNotHave() throws Exception {
        SocketSettings settings = SocketSettings.DEFAULT.userTimeout(5000).clampWindow(70_000).keepAliveTimes(1, 2, 3);
        try (Listener l = EventLoops.choose("nio").listen(new InetSocketAddress("127.0.0.1", 0), 5, settings)) {
            assertThat(l.refused()).containsExactly("TCP_USER_TIMEOUT 5000: java.nio does not have it",
                    "TCP_WINDOW_CLAMP 70000: java.nio does not have it");
            assertThat(l.descriptor()).isEqualTo(-1);
        }
    }

    @Test
    void aChannelOfTheCallersServesNio() throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0));
                EventLoop loop = EventLoops.choose("nio").create(bug -> {})) {
            Listener l = Listener.of(channel);
            loop.listen(l, (on, peer) -> null);
            assertThat(l.address().port()).isEqualTo(channel.socket().getLocalPort());
            assertThat(channel.isBlocking()).isFalse();
        }
    }
}
