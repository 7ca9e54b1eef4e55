package io.mtproxy.proxy.net;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/**
 * A listening socket. Several loops may accept from one; they must be of the kind that opened it ({@link EventLoops}).
 * Whoever opened it closes it, after the loops that accept from it have ended.
 */
public sealed interface Listener extends AutoCloseable permits ChannelListener, DescriptorListener {
    /** A channel that is bound; for {@link NioLoop} only. */
    static Listener of(ServerSocketChannel channel) {
        return new ChannelListener(channel, SocketSettings.DEFAULT);
    }

    /** Where it listens. */
    Endpoint address();

    /** Options that the system refused or that this kind does not have, as lines for the log. */
    List<String> refused();

    /** The descriptor, for handing it to another process; -1 when this kind has none to show or it is closed. */
    int descriptor();

    @Override
    void close() throws IOException;
}
