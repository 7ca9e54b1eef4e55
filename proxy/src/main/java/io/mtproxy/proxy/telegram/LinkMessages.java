package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.wire.rpc.RpcMessages;
import io.mtproxy.wire.rpc.RpcType;

/** What a middle proxy says on a link that is ready, to whom it goes. */
final class LinkMessages {
    private final Link link;
    private final LaneTable lanes;
    private final Counters counters;

    LinkMessages(Link link, MiddleProxies telegram) {
        this.link = link;
        this.lanes = telegram.lanes;
        this.counters = telegram.counters;
    }

    /** One message, {@code b[off..off+len)}. */
    void message(byte[] b, int off, int len) {
        int type = RpcMessages.type(b, off);
        if (type == RpcType.PROXY_ANS && len >= RpcMessages.ANSWER_HEAD) {
            answer(b, off, len);
        } else if (type == RpcType.SIMPLE_ACK && len == RpcMessages.ACK_LENGTH) {
            acknowledge(b, off);
        } else if (type == RpcType.CLOSE_EXT && len == RpcMessages.SHORT_LENGTH) {
            closeExternal(RpcMessages.shortId(b, off));
        } else if (type == RpcType.PING && len == RpcMessages.SHORT_LENGTH) {
            pong(b, off);
        } else if (type != RpcType.PONG) { // as C: what it does not know does not end a link
            counters.increment(Counter.MESSAGES_IGNORED);
        }
    }

    private void answer(byte[] b, int off, int len) {
        long id = RpcMessages.answerId(b, off);
        MiddleLane lane = lanes.find(id);
        if (lane == null || lane.link() != link) {
            counters.increment(Counter.ANSWERS_DROPPED);
            link.closeConnection(id);
            return;
        }
        counters.increment(Counter.ANSWERS_FORWARDED);
        counters.add(Counter.ANSWER_BYTES, len - RpcMessages.ANSWER_HEAD);
        lane.client.answer(b, off + RpcMessages.ANSWER_HEAD, len - RpcMessages.ANSWER_HEAD);
    }

    private void acknowledge(byte[] b, int off) {
        long id = RpcMessages.shortId(b, off);
        MiddleLane lane = lanes.find(id);
        if (lane == null || lane.link() != link) {
            counters.increment(Counter.ACKS_DROPPED);
            link.closeConnection(id);
            return;
        }
        counters.increment(Counter.ACKS_FORWARDED);
        lane.client.acknowledge(RpcMessages.confirm(b, off));
    }

    /** As C: whichever link it comes on. */
    private void closeExternal(long id) {
        MiddleLane lane = lanes.find(id);
        if (lane != null) {
            lane.end(CloseReason.TELEGRAM_CLOSED);
        }
    }

    private void pong(byte[] b, int off) {
        byte[] pong = new byte[RpcMessages.SHORT_LENGTH];
        RpcMessages.pong(pong, 0, b, off);
        link.send(pong);
    }
}
