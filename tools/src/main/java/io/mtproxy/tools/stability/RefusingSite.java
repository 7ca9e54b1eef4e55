package io.mtproxy.tools.stability;

import io.mtproxy.wire.faketls.Tls;
import java.io.IOException;
import java.net.Socket;

/** A site that refuses every hello with an alert and closes: so cheap that a proxy in front of it is what limits a flood. */
final class RefusingSite {
    /** handshake_failure, fatal. */
    private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 40};
    private static final int LONGEST = 16 << 10;

    private RefusingSite() {}

    static LoopbackSite start() throws IOException {
        return LoopbackSite.start(RefusingSite::refuse);
    }

    /** What it says to everybody. */
    static byte[] answer() {
        return ALERT.clone();
    }

    /** Takes the whole hello: bytes that nobody has read would turn the end into a reset. */
    private static void refuse(Socket visitor) throws IOException {
        byte[] hello = new byte[LONGEST];
        int have = 0;
        while (have < Tls.HEADER || have < Tls.HEADER + Tls.uint16(hello, 3)) {
            int read = visitor.getInputStream().read(hello, have, hello.length - have);
            if (read <= 0) {
                return;
            }
            have += read;
        }
        visitor.getOutputStream().write(ALERT);
    }
}
