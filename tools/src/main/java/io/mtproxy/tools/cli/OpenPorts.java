package io.mtproxy.tools.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.Locale;

/** Which ports this user may listen on. */
final class OpenPorts {

    private OpenPorts() {}

    /** Does the system refuse it for want of rights? One that is merely in use is not forbidden. */
    static boolean forbidden(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return !socket.isBound();
        } catch (IOException e) {
            return Failures.say(e).toLowerCase(Locale.ROOT).contains("permission denied");
        }
    }
}
