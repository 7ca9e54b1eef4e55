package io.mtproxy.tools.sim;

import java.time.Duration;

/** Decides what goes wrong on links. Called by several threads; links are numbered from 1 in the order of their arrival. */
public interface LinkFaults {
    /** Nothing goes wrong. */
    LinkFaults NONE = new LinkFaults() {
    };

    /** Asked once when a link is accepted. */
    default ExchangeFault exchange(long link) {
        return ExchangeFault.NONE;
    }

    /** Asked before each frame after the handshake; the type is one of {@link io.mtproxy.wire.rpc.RpcType}. */
    default FrameFault frame(long link, int type) {
        return FrameFault.NONE;
    }

    /** How long a frame is held back; it delays what the sending thread sends after it too. */
    default Duration delay(long link, int type) {
        return Duration.ZERO;
    }
}
