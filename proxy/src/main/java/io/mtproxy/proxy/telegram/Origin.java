package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.obfuscated.Transport;

/**
 * Where a client session comes from and where it wants to go.
 *
 * @param dc        signed id as in the client's header; negative ones are media data centres
 * @param transport how the client frames its packets
 * @param client    the client's end of its connection
 * @param local     our end of it
 */
public record Origin(int dc, Transport transport, Endpoint client, Endpoint local) {}
