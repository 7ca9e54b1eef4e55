package io.mtproxy.proxy.telegram;

import io.mtproxy.wire.crypto.AesCtr;
import java.util.List;

/** A {@link Lane} that goes on in another process. The arrays are not copied. */
public sealed interface LaneState {
    /**
     * On a link to a middle proxy, or waiting for one.
     *
     * @param id by which Telegram knows it
     * @param link number of its {@link LinkState}, -1 when it has none
     * @param authKey the authorization key that the client used last, 0 before it has one
     * @param blocked the client waits because the link is full
     * @param waiting packets that came before there was a link
     */
    record Middle(long id, int link, long authKey, boolean blocked, List<Packet> waiting) implements LaneState {}

    /**
     * A packet that waits.
     *
     * @param flags of its request
     */
    record Packet(int flags, byte[] bytes) {}

    /**
     * With a connection of its own to the data centre.
     *
     * @param descriptor -1 while an address that answers is looked for
     * @param output what waits for the data centre, encrypted
     * @param left the client has gone
     */
    record Direct(int descriptor, AesCtr.State toTelegram, AesCtr.State fromTelegram, byte[] output,
            boolean left) implements LaneState {}
}
