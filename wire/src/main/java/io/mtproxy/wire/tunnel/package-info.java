/** Ways through another proxy to Telegram: the client's side of SOCKS5 and HTTP CONNECT, and the URL that names a proxy. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.wire.tunnel;
