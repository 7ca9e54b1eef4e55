package io.mtproxy.tools.sim;

import io.mtproxy.wire.rpc.ProxyRequest;
import io.mtproxy.wire.rpc.RpcMessages;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A client on one link. */
final class Session implements SimulatedSession {
    private final Link link;
    private final long id;
    private final byte[] clientAddress;
    private final int clientPort;
    private final byte @Nullable [] tag;
    private final Attachments attachments = new Attachments();
    private volatile byte[] head;
    private volatile boolean closed;

    Session(Link link, ProxyRequest.Decoded first, byte[] head) {
        this.link = link;
        id = first.connectionId();
        clientAddress = first.clientAddress();
        clientPort = first.clientPort();
        tag = first.tag();
        this.head = head;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public int flags() {
        return ProxyRequest.flags(head);
    }

    @Override
    public byte[] head() {
        return head;
    }

    void head(byte[] latest) {
        head = latest;
    }

    @Override
    public byte[] clientAddress() {
        return clientAddress;
    }

    @Override
    public int clientPort() {
        return clientPort;
    }

    @Override
    public byte @Nullable [] tag() {
        return tag;
    }

    @Override
    public void answer(byte[] data) {
        if (data.length % 4 != 0) {
            throw new IllegalArgumentException("answer of " + data.length + " bytes, expected a multiple of 4");
        }
        if (!closed) {
            byte[] head = new byte[RpcMessages.ANSWER_HEAD];
            link.counters().answers.increment();
            link.send(head, RpcMessages.answerHead(head, 0, 0, id), data);
        }
    }

    @Override
    public void simpleAck(int confirm) {
        if (!closed) {
            byte[] message = new byte[RpcMessages.ACK_LENGTH];
            link.counters().simpleAcks.increment();
            link.send(message, RpcMessages.simpleAck(message, 0, id, confirm));
        }
    }

    @Override
    public void closeExt() {
        if (!closed) {
            link.closing(id);
            end();
            byte[] message = new byte[RpcMessages.SHORT_LENGTH];
            link.counters().closesByTelegram.increment();
            link.send(message, RpcMessages.closeExt(message, 0, id));
        }
    }

    @Override
    public boolean closed() {
        return closed;
    }

    @Override
    public <T> T attachment(Class<T> type, Supplier<T> maker) {
        return attachments.get(type, maker);
    }

    /** Over, without a word to the proxy. */
    void end() {
        closed = true;
        link.forget(this);
    }
}
