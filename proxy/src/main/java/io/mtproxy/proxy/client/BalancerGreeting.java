package io.mtproxy.proxy.client;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.proxyprotocol.ProxyHeaderReader;
import java.util.Arrays;

/**
 * {@code --proxy-protocol}: a balancer tells in a PROXY header for whom it connects. Without one nobody is served: the client could
 * tell what it likes. Its loop's thread.
 */
final class BalancerGreeting implements Greeting {
    /** About what a reader and its array take. */
    private static final long READER = 160;

    private static final byte[] NOTHING = {};

    private final ClientConnection client;
    private final Clients clients;
    /** The beginning of a header: at most as long as the longest one. */
    private byte[] heard = NOTHING;
    private final ProxyHeaderReader reader = new ProxyHeaderReader();

    BalancerGreeting(ClientConnection client, Clients clients) {
        this.client = client;
        this.clients = clients;
    }

    @Override
    public void begin() {
        client.patience(clients.drawSilence(), () -> client.close(CloseReason.CLIENT_SILENT));
    }

    @Override
    public GreetingState save() {
        return new GreetingState(GreetingState.Kind.BALANCER, heard, false, null);
    }

    @Override
    public void restore(GreetingState saved, long patience) {
        if (patience >= 0) {
            client.patience((int) patience, () -> client.close(CloseReason.CLIENT_SILENT));
        }
        if (saved.heard().length > 0) {
            data(saved.heard(), 0, saved.heard().length);
        }
    }

    @Override
    public void data(byte[] b, int off, int len) {
        int used;
        try {
            used = reader.feed(b, off, len);
        } catch (ProtocolException e) {
            client.close(CloseReason.CLIENT_BAD_PROXY_HEADER);
            return;
        }
        if (reader.done()) {
            Address source = reader.source();
            heard = NOTHING;
            client.introduced(source == null ? null : new Endpoint(source.ip(), source.port()), b, off + used,
                    len - used);
        } else {
            int before = heard.length;
            heard = Arrays.copyOf(heard, before + len);
            System.arraycopy(b, off, heard, before, len);
        }
    }

    @Override
    public void halfClosed() {
        client.close(CloseReason.CLIENT_CLOSED);
    }

    @Override
    public long held() {
        return READER + heard.length;
    }
}
