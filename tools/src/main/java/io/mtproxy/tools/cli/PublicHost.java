package io.mtproxy.tools.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Under which name clients find the proxy, and what that means for its talk with Telegram.
 *
 * @param name for the links
 * @param own this machine's address towards the internet
 * @param given whether the operator said the name
 */
record PublicHost(String name, InetAddress own, boolean given) {

    /** Any address out there: it is never sent to, only asked which of our addresses would be used. */
    private static final InetSocketAddress FAR = new InetSocketAddress("149.154.167.51", 443);

    static PublicHost of(@Nullable String given) throws IOException {
        InetAddress own = detect();
        return given == null ? new PublicHost(own.getHostAddress(), own, false) : new PublicHost(given, own, true);
    }

    private static InetAddress detect() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(FAR);
            return socket.getLocalAddress();
        } catch (java.net.SocketException | java.io.UncheckedIOException e) {
            return InetAddress.getLoopbackAddress();
        }
    }

    /** What the operator should know. */
    Optional<String> warning() {
        boolean hidden = own.isSiteLocalAddress() || own.isLoopbackAddress() || own.isLinkLocalAddress();
        return !given && hidden
                ? Optional.of("Note: " + name + " is no public address; say --public-host HOST to get links that work")
                : Optional.empty();
    }

    /** {@code local:global} for --nat-info: both ends must hash the same addresses, and Telegram sees the public one. */
    Optional<String> natRule() throws IOException {
        if (!isIpv4(name) || !(own instanceof Inet4Address)) {
            return Optional.empty();
        }
        InetAddress global = InetAddress.getByName(name);
        boolean translated = !global.equals(own) && NetworkInterface.getByInetAddress(global) == null;
        return translated ? Optional.of(own.getHostAddress() + ":" + global.getHostAddress()) : Optional.empty();
    }

    private static boolean isIpv4(String host) {
        return host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }
}
