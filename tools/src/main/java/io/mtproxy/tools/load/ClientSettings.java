package io.mtproxy.tools.load;

import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.wire.obfuscated.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one client reaches Telegram.
 *
 * @param proxy where the proxy listens
 * @param transport framing inside the obfuscated stream
 * @param dc number of the data centre, negative for media
 * @param secret 16 bytes, or null for a proxy without secrets
 * @param patience how long to wait for the proxy at any point before the client gives up
 * @param tls how it hides in TLS, or null for a client that does not; not without a secret
 * @param source address of this machine to come from, or null for any
 */
public record ClientSettings(InetSocketAddress proxy, Transport transport, int dc, byte @Nullable [] secret,
        Duration patience, @Nullable FakeTls tls, @Nullable InetAddress source) {

    /** A client that does not hide in TLS, from any address. */
    public ClientSettings(InetSocketAddress proxy, Transport transport, int dc, byte @Nullable [] secret,
            Duration patience) {
        this(proxy, transport, dc, secret, patience, null, null);
    }

    /** The same client with another secret. */
    public ClientSettings withSecret(byte @Nullable [] other) {
        return new ClientSettings(proxy, transport, dc, other, patience, tls, source);
    }
}
