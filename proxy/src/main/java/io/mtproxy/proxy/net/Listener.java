package io.mtproxy.proxy.net;

import java.nio.channels.ServerSocketChannel;

/**
 * A listening socket that was opened or inherited elsewhere, non-blocking. Several loops may accept from one.
 */
public record Listener(ServerSocketChannel channel) {}
