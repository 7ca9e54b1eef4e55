package io.mtproxy.tools.sim.mtproto;

/** What clients achieve, for statistics. Called by several threads. */
public interface MtprotoListener {
    /** Nobody listens. */
    MtprotoListener NONE = new MtprotoListener() {
    };

    /** A key exchange is complete. */
    default void keyMade(long authKeyId) {}

    /** An encrypted query was opened and is answered; the constructor is that inside all wrappers. */
    default void query(int constructor) {}
}
