package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.ProxyRequest;
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
public record Origin(int dc, Transport transport, Endpoint client, Endpoint local, @Nullable SecretUse use) {

    /** The client's address as statistics of secrets know it, whichever way it goes. */
    SecretUse.Address address() {
        byte[] mapped = ProxyRequest.mapped(client.address());
        return new SecretUse.Address(Bytes.int64(mapped, 0), Bytes.int64(mapped, 8));
    }
}
