package io.mtproxy.proxy.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.List;

/**
 * A listening socket for {@link NioLoop}.
 *
 * @param accepted options of what is accepted
 */
record ChannelListener(ServerSocketChannel channel, SocketSettings accepted) implements Listener {

    /** @param backlog as the kernel takes it: negative = the longest, 0 = the shortest */
    static ChannelListener open(InetSocketAddress address, int backlog, SocketSettings settings) throws IOException {
        ProtocolFamily family = address.getAddress() instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
        ServerSocketChannel channel = open(family);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, backlog < 0 ? Integer.MAX_VALUE : Math.max(1, backlog));
            return new ChannelListener(channel, settings);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static ServerSocketChannel open(ProtocolFamily family) throws IOException {
        try {
            return ServerSocketChannel.open(family);
        } catch (UnsupportedOperationException e) {
            throw new IOException("Address family not supported by protocol", e);
        }
    }

    @Override
    public Endpoint address() {
        try {
            return channel.getLocalAddress() instanceof InetSocketAddress a ? Endpoint.of(a) : Endpoint.NONE;
        } catch (IOException e) {
            return Endpoint.NONE;
        }
    }

    @Override
    public List<String> refused() {
        return ChannelOptions.missing(accepted);
    }

    @Override
    public int descriptor() {
        return -1;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
