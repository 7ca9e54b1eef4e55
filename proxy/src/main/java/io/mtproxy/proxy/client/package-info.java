/**
 * A client's life: {@link io.mtproxy.proxy.client.ClientConnection} tells it from top to bottom. Everything belongs to the
 * thread of one event loop.
 */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.client;
