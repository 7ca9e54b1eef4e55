package io.mtproxy.proxy.client;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Without {@code -D}: 64 bytes that a secret opens, or silence, whatever comes, as C does; but not for ever. */
final class PlainGreeting implements Greeting {
    private final ClientConnection client;
    private final Clients clients;
    private byte @Nullable [] header;
    private int headerLength;
    private boolean refused;

    PlainGreeting(ClientConnection client, Clients clients) {
        this.client = client;
        this.clients = clients;
    }

    @Override
    public void begin() {
        client.patience(clients.drawSilence(), this::silentTooLong);
    }

    @Override
    public GreetingState save() {
        byte[] h = header;
        return new GreetingState(GreetingState.Kind.PLAIN, h == null ? new byte[0] : Arrays.copyOf(h, headerLength),
                refused, null);
    }

    @Override
    public void restore(GreetingState saved, long patience) {
        if (patience >= 0) {
            client.patience((int) patience, this::silentTooLong);
        }
        refused = saved.refused();
        byte[] heard = saved.heard();
        if (heard.length > 0) {
            data(heard, 0, heard.length);
        }
    }

    @Override
    public void data(byte[] b, int off, int len) {
        if (refused) {
            return;
        }
        byte[] h = header;
        if (h == null && len >= ObfuscatedHeader.LENGTH) {
            proof(b, off, b, off + ObfuscatedHeader.LENGTH, len - ObfuscatedHeader.LENGTH);
            return;
        }
        if (h == null) {
            h = new byte[ObfuscatedHeader.LENGTH];
            header = h;
        }
        int n = Math.min(len, h.length - headerLength);
        System.arraycopy(b, off, h, headerLength, n);
        headerLength += n;
        if (headerLength == h.length) {
            proof(h, 0, b, off + n, len - n);
        }
    }

    /** The header is whole; {@code b[off..off+len)} came behind it. */
    private void proof(byte[] h, int headerOff, byte[] b, int off, int len) {
        header = null;
        Accepted accepted = clients.open(h, headerOff, client.peer());
        if (accepted == null || (clients.settings.paddedOnly() && accepted.transport() != Transport.PADDED)) {
            clients.counters.increment(Counter.HEADERS_REFUSED);
            refused = true;
        } else {
            client.open(accepted, null, b, off, len);
        }
    }

    private void silentTooLong() {
        client.close(refused ? CloseReason.CLIENT_BAD_HEADER : CloseReason.CLIENT_SILENT);
    }

    @Override
    public void halfClosed() {
        client.close(CloseReason.CLIENT_CLOSED);
    }

    @Override
    public long held() {
        return header == null ? 0 : header.length;
    }
}
