package io.mtproxy.proxy.client;

import io.mtproxy.proxy.client.Disguise.Admitted;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.front.Splice;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.Rest;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.faketls.ClientHello;
import io.mtproxy.wire.faketls.HelloCollector;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The first words of a client under {@code -D}: a ClientHello that a secret fits is answered, and then the client has to send its
 * header. Whatever else comes, or does not come, is for the site: as if the client had connected there. One per client, gone when
 * the client is proven; its loop's thread.
 */
final class TlsGreeting implements Greeting, Splice.Owner {
    private static final byte[] NOTHING = new byte[0];
    /** The header is 64 bytes: whoever needs more than this for it sends empty records. */
    private static final int MOST_BEFORE_HEADER = 32 << 10;

    private final ClientConnection client;
    private final Clients clients;
    private final Disguise disguise;
    private final HelloCollector collector = new HelloCollector();
    /** What has come, as long as it may be needed again. */
    private final Rest kept;
    /** All that has come since the beginning, or since the answer; valid during {@link #data}. */
    private byte[] b = NOTHING;
    private int off;
    private int len;
    private Step step = Step.HELLO;
    private @Nullable Splice splice;

    private enum Step {
        /** no whole ClientHello yet; the site may see already what has come */
        HELLO,
        /** answered, waiting for the header */
        HEADER,
        /** not ours: the site has it */
        PASSED_ON
    }

    TlsGreeting(ClientConnection client, Clients clients, Disguise disguise) {
        this.client = client;
        this.clients = clients;
        this.disguise = disguise;
        this.kept = new Rest(clients.loop.buffers(), 0);
    }

    @Override
    public void begin() {
        if (disguise.connectsEarly()) {
            impatient();
        } else {
            client.patience(clients.settings.siteMillis(), this::impatient);
        }
    }

    @Override
    public GreetingState save() {
        return new GreetingState(switch (step) {
            case HELLO -> GreetingState.Kind.HELLO;
            case HEADER -> GreetingState.Kind.HEADER;
            case PASSED_ON -> GreetingState.Kind.PASSED_ON;
        }, kept.copy(), false, splice == null ? null : splice.save());
    }

    @Override
    public void restore(GreetingState saved, long patience) throws IOException {
        byte[] heard = saved.heard();
        kept.keep(heard, 0, heard.length);
        if (saved.splice() != null) {
            splice = disguise.splices.adopt(client, this, saved.splice());
        }
        switch (saved.kind()) {
            case HEADER -> {
                step = Step.HEADER;
                silence((int) Math.max(0, patience));
            }
            case PASSED_ON -> {
                step = Step.PASSED_ON;
                clients.passOn(client);
            }
            default -> {
                if (heard.length > 0) {
                    collector.look(heard, 0, heard.length);
                }
                if (splice == null) {
                    client.patience((int) Math.max(0, patience), this::impatient);
                }
            }
        }
    }

    private void silence(int millis) {
        client.patience(millis, () -> client.close(CloseReason.CLIENT_SILENT));
    }

    @Override
    public void data(byte[] bytes, int from, int length) {
        if (step == Step.PASSED_ON) {
            splice().fromClient(bytes, from, length);
            return;
        }
        gather(bytes, from, length);
        if (step == Step.HELLO) {
            hello(bytes, from, length);
        } else {
            header();
        }
    }

    private void gather(byte[] bytes, int from, int length) {
        if (kept.isEmpty()) {
            b = bytes;
            off = from;
            len = length;
        } else {
            kept.room(length);
            System.arraycopy(bytes, from, kept.array(), kept.start() + kept.length(), length);
            kept.advance(length);
            b = kept.array();
            off = kept.start();
            len = kept.length();
        }
    }

    /** What has come may be needed again. */
    private void keep() {
        if (kept.isEmpty()) {
            kept.keep(b, off, len);
        }
    }

    // ---- is it ours?

    private void hello(byte[] fresh, int from, int length) {
        switch (collector.look(b, off, len)) {
            case MORE -> {
                keep();
                if (splice != null) {
                    splice.fromClient(fresh, from, length);
                }
            }
            case HELLO -> whole(fresh, from, length);
            case FOREIGN -> passOn(null, client.near(), fresh, from, length);
        }
    }

    /** What stands behind the hello tells that it is not ours, as in C: our clients wait for the answer. */
    private void whole(byte[] fresh, int from, int length) {
        Endpoint local = client.near();
        ClientHello hello = collector.hello(b, off);
        Admitted admitted = hello == null || collector.length() != len
                ? null
                : disguise.admit(hello, client.peer(), local);
        if (admitted == null) {
            passOn(hello, local, fresh, from, length);
            return;
        }
        leaveSite();
        disguise.answer(admitted, client.output());
        kept.drop();
        step = Step.HEADER;
        silence(clients.drawSilence());
        client.touch();
    }

    // ---- ours: the header, in any number of records

    private void header() {
        RecordReader records = RecordReader.fromClient();
        records.window(b, off, len);
        byte[] header = new byte[ObfuscatedHeader.LENGTH];
        int have = 0;
        try {
            while (records.next()) {
                int n = Math.min(records.payloadLength(), header.length - have);
                System.arraycopy(b, records.payloadOffset(), header, have, n);
                have += n;
                if (have == header.length) {
                    proof(header, records, n);
                    return;
                }
            }
        } catch (ProtocolException e) {
            client.close(CloseReason.CLIENT_BAD_PACKET);
            return;
        }
        if (len > MOST_BEFORE_HEADER) {
            client.close(CloseReason.CLIENT_BAD_PACKET);
        } else {
            keep();
        }
    }

    /** @param used bytes of the reader's piece that belong to the header */
    private void proof(byte[] header, RecordReader records, int used) {
        Accepted accepted = clients.open(header, 0, client.peer());
        if (accepted == null || accepted.transport() != Transport.PADDED) { // as C
            clients.counters.increment(Counter.HEADERS_REFUSED);
            passOn(null, client.near(), b, off, len);
            return;
        }
        client.open(accepted, records, b, records.payloadOffset() + used, records.payloadLength() - used);
        kept.drop();
    }

    // ---- not ours: the site has it

    /**
     * Nothing, or not enough, has come: the site is to know that somebody is there, since it may have something to say or lose
     * its patience.
     */
    private void impatient() {
        InetSocketAddress target = disguise.target(null, client.near());
        if (target == null) {
            client.close(CloseReason.CLIENT_NO_SITE);
            return;
        }
        Splice begun = disguise.splices.begin(client, client.peer(), this, target);
        splice = begun;
        if (!kept.isEmpty()) {
            begun.fromClient(kept.array(), kept.start(), kept.length());
        }
    }

    /** Passes on all that has come; {@code fresh} is what the site has not got if it has the beginning. */
    private void passOn(@Nullable ClientHello hello, Endpoint local, byte[] fresh, int from, int length) {
        InetSocketAddress target = disguise.target(hello, local);
        if (target == null) {
            client.close(CloseReason.CLIENT_NO_SITE);
            return;
        }
        step = Step.PASSED_ON;
        Splice begun = splice;
        if (begun != null && begun.target().equals(target)) {
            begun.fromClient(fresh, from, length);
        } else {
            leaveSite();
            begun = disguise.splices.begin(client, client.peer(), this, target);
            splice = begun;
            begun.fromClient(b, off, len);
        }
        kept.drop();
        clients.passOn(client);
    }

    @Override
    public void siteActs() {
        if (step == Step.HELLO) {
            step = Step.PASSED_ON;
            kept.drop();
            clients.passOn(client);
        }
    }

    @Override
    public void over(Splice.Outcome outcome) {
        switch (outcome) {
            case DONE -> client.close(CloseReason.CLIENT_PASSED_ON);
            case UNREACHED -> unreached();
            case RESET -> client.abort(CloseReason.CLIENT_PASSED_ON);
            case EVICTED -> client.abort(CloseReason.CLIENT_UNPROVEN_EVICTED);
        }
    }

    /** A client that is perhaps ours must not suffer from that. */
    private void unreached() {
        if (step == Step.HELLO) {
            splice = null;
            client.patience(clients.drawSilence(), () -> client.abort(CloseReason.CLIENT_SILENT));
        } else {
            client.abort(CloseReason.CLIENT_NO_SITE);
        }
    }

    @Override
    public void halfClosed() {
        if (step == Step.HEADER) {
            client.close(CloseReason.CLIENT_CLOSED);
            return;
        }
        if (splice == null) {
            impatient();
        }
        if (splice != null) {
            siteActs();
            splice.clientEnded();
        }
    }

    @Override
    public boolean flush() {
        if (splice == null) {
            return false;
        }
        splice.flushToClient();
        return true;
    }

    @Override
    public void close() {
        kept.drop();
        leaveSite();
    }

    @Override
    public long held() {
        return kept.held() + (splice == null ? 0 : splice.held());
    }

    private void leaveSite() {
        if (splice != null) {
            splice.abort();
            splice = null;
        }
    }

    private Splice splice() {
        Splice s = splice;
        if (s == null) {
            throw new IllegalStateException("passed on to nowhere");
        }
        return s;
    }
}
