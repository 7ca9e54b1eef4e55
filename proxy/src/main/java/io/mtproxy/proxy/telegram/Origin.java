package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.obfuscated.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Where a client session comes from and where it wants to go.
 *
 * @param dc        signed id as in the client's header; negative ones are media data centres
 * @param transport how the client frames its packets
 * @param client    the client's end of its connection
 * @param local     our end of it
 * @param use       where the use of the client's secret is counted; null without secrets
 */
public record Origin(int dc, Transport transport, Endpoint client, Endpoint local, @Nullable SecretUse use) {}
