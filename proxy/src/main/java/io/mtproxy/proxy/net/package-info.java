/**
 * Event loops, connections, buffers, timers. One thread owns a loop and everything that hangs on it: its connections,
 * buffers, timers and counters; other threads may only call {@link io.mtproxy.proxy.net.EventLoop#execute}. Sockets that
 * listen are opened or inherited elsewhere and handed in.
 */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.net;
