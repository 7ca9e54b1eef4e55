package io.mtproxy.tools.acceptance;

import io.mtproxy.tools.process.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a proxy listens on this machine.
 *
 * @param clients port of {@code -H}
 * @param stats port of {@code -p}
 */
public record Ports(int clients, int stats) {

    /** Two on which nobody listened a moment ago. */
    public static Ports free() throws IOException {
        return new Ports(FreePort.find(), FreePort.find());
    }

    /** For clients. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), clients);
    }
}
