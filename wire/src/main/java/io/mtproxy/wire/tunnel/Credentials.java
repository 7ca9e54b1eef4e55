package io.mtproxy.wire.tunnel;

/**
 * Who we are for a proxy.
 *
 * @param user     1..255 bytes
 * @param password 0..255 bytes
 */
record Credentials(byte[] user, byte[] password) {
    static final int MAX = 255;

    /** Not the password, wherever this ends up. */
    @Override
    public String toString() {
        return "Credentials";
    }
}
