package io.mtproxy.proxy.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * C's name resolution: the hosts file first, IPv4 lines only; a name without a dot that is not there has no address; all
 * else goes to the system, IPv4 first. Not thread-safe; the hosts file is read once.
 */
public final class SystemResolver implements Resolver {
    private static final String HOSTS = "/etc/hosts";
    private static final int MAX_HOSTS = 1 << 26;
    private static final int MAX_NAME = 127;

    private final String hostsFile;
    private @Nullable Map<String, Inet4Address> hosts;
    private boolean loaded;

    /** The resolver of this machine. */
    public SystemResolver() {
        this(HOSTS);
    }

    SystemResolver(String hostsFile) {
        this.hostsFile = hostsFile;
    }

    @Override
    public @Nullable InetAddress resolve(String host) {
        if (host.length() > 1 && host.startsWith("[") && host.endsWith("]")) {
            return bySystem(host.substring(1, host.length() - 1), true);
        }
        Map<String, Inet4Address> names = hosts();
        if (names == null) {
            return numberOrName(host);
        }
        Inet4Address known = names.get(host);
        if (known != null) {
            return known;
        }
        return host.indexOf('.') < 0 && host.indexOf(':') < 0 ? null : numberOrName(host);
    }

    private static @Nullable InetAddress numberOrName(String host) {
        return Ipv4.isNumber(host) ? Ipv4.parseLoose(host) : bySystem(host, false);
    }

    /** The first IPv4 address, or else the first IPv6 one; with {@code ipv6} the first IPv6 one only. */
    private static @Nullable InetAddress bySystem(String name, boolean ipv6) {
        if (name.isEmpty() || (ipv6 && Ipv4.isNumber(name))) {
            return null;
        }
        try {
            InetAddress[] all = InetAddress.getAllByName(name);
            for (InetAddress address : all) {
                if (address instanceof Inet6Address == ipv6) {
                    return address;
                }
            }
            // a v4-mapped literal in brackets arrives here as IPv4; that is the address it means
            return ipv6 && name.indexOf(':') < 0 ? null : all[0];
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private @Nullable Map<String, Inet4Address> hosts() {
        if (!loaded) {
            loaded = true;
            try {
                hosts = parse(new String(InputFile.read(hostsFile, MAX_HOSTS), StandardCharsets.ISO_8859_1));
            } catch (InputFile.Unreadable e) {
                hosts = null;
            }
        }
        return hosts;
    }

    /** Lines of an IPv4 address and names; the first line of a name wins. Anything else is skipped. */
    static Map<String, Inet4Address> parse(String text) {
        Map<String, Inet4Address> names = new HashMap<>();
        for (int start = 0; start < text.length();) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            line(names, text.substring(start, end));
            start = end + 1;
        }
        return names;
    }

    private static void line(Map<String, Inet4Address> names, String line) {
        Inet4Address address = null;
        for (int start = 0; start < line.length();) {
            int end = start;
            while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '\t') {
                end++;
            }
            if (end > start) {
                String word = line.substring(start, end);
                if (address == null) {
                    address = Ipv4.parse(word);
                    if (address == null || address.isAnyLocalAddress()) {
                        return;
                    }
                } else if (word.length() <= MAX_NAME) {
                    names.putIfAbsent(word, address);
                }
            }
            start = end + 1;
        }
    }
}
