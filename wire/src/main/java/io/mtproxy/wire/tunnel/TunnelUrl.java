package io.mtproxy.wire.tunnel;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.IpText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A proxy as the operator names it: {@code socks5://[user[:password]@]host:port[?weight=N]}, or {@code http://}. User and
 * password are percent-decoded, an IPv6 address stands in brackets. The password stands in no message. Immutable, any thread.
 */
public final class TunnelUrl {
    private static final String FORM = "socks5://[user[:password]@]host:port[?weight=N], or http://";
    private static final String WEIGHT = "weight=";
    private static final int MAX_WEIGHT = 1000;
    private static final int MAX_NAME = 253;

    private final Scheme scheme;
    private final String host;
    private final int port;
    private final int weight;
    private final @Nullable Credentials credentials;

    /** How one speaks to the proxy. */
    public enum Scheme {
        SOCKS5,
        HTTP
    }

    private TunnelUrl(Scheme scheme, String host, int port, int weight, @Nullable Credentials credentials) {
        this.scheme = scheme;
        this.host = host;
        this.port = port;
        this.weight = weight;
        this.credentials = credentials;
    }

    /**
     * Parses a URL.
     *
     * @throws IllegalArgumentException with the offending part, which is never the password, and what was expected
     */
    public static TunnelUrl parse(String text) {
        int colon = text.indexOf("://");
        if (colon < 0) {
            throw new IllegalArgumentException("no URL (expected: " + FORM + ")");
        }
        Scheme scheme = scheme(text.substring(0, colon));
        // the last @, so that nothing of a password with an unescaped one is taken for a host
        int at = text.lastIndexOf('@');
        Credentials credentials = at < colon + 3 ? null : credentials(scheme, text.substring(colon + 3, at));
        String rest = text.substring(Math.max(at + 1, colon + 3));
        int question = rest.indexOf('?');
        String place = question < 0 ? rest : rest.substring(0, question);
        int weight = question < 0 ? 1 : weight(rest.substring(question + 1));
        int portColon = place.lastIndexOf(':');
        if (portColon < 0) {
            throw new IllegalArgumentException("'" + place + "' has no port (expected: host:port)");
        }
        String host = host(place.substring(0, portColon));
        return new TunnelUrl(scheme, host, port(host, place.substring(portColon + 1), credentials != null), weight,
                credentials);
    }

    private static Scheme scheme(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "socks5" -> Scheme.SOCKS5;
            case "http" -> Scheme.HTTP;
            default -> throw new IllegalArgumentException("scheme '" + text + "' (expected: socks5 or http)");
        };
    }

    private static Credentials credentials(Scheme scheme, String text) {
        int colon = text.indexOf(':');
        byte[] user = decoded("user", colon < 0 ? text : text.substring(0, colon));
        byte[] password = decoded("password", colon < 0 ? "" : text.substring(colon + 1));
        if (user.length == 0) {
            throw new IllegalArgumentException("user '' (expected: 1..255 bytes before the @)");
        }
        if (scheme == Scheme.HTTP && indexOf(user, ':') >= 0) { // RFC 7617, 2
            throw new IllegalArgumentException("user with a colon (expected: none, HTTP cannot tell where it ends)");
        }
        return new Credentials(user, password);
    }

    private static int indexOf(byte[] bytes, char wanted) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static byte[] decoded(String what, String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[raw.length];
        int n = 0;
        for (int i = 0; i < raw.length; n++) {
            if (raw[i] == '%') {
                bytes[n] = (byte) (hex(what, raw, i + 1) << 4 | hex(what, raw, i + 2));
                i += 3;
            } else {
                bytes[n] = raw[i++];
            }
        }
        if (n > Credentials.MAX) {
            throw new IllegalArgumentException(
                    what + " of " + n + " bytes (expected: at most " + Credentials.MAX + ")");
        }
        return Arrays.copyOf(bytes, n);
    }

    private static int hex(String what, byte[] raw, int at) {
        int digit = at < raw.length && raw[at] > 0 ? Character.digit((char) raw[at], 16) : -1;
        if (digit < 0) {
            throw new IllegalArgumentException("% in the " + what + " (expected: two hex digits behind it, or %25)");
        }
        return digit;
    }

    private static String host(String text) {
        boolean brackets = text.startsWith("[") && text.endsWith("]") && text.length() > 1;
        String host = brackets ? text.substring(1, text.length() - 1) : text;
        if (brackets ? IpText.parse6(host) == null : !name(host)) {
            throw new IllegalArgumentException(
                    "host '" + text + "' (expected: a name, an IPv4 address or an IPv6 address in brackets)");
        }
        return host;
    }

    private static boolean name(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean alphanumeric = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
            if (!alphanumeric && c != '-' && c != '.' && c != '_') {
                return false;
            }
        }
        return !host.isEmpty() && host.length() <= MAX_NAME;
    }

    /** @param certain whether it can be no password: who forgets the host writes {@code socks5://user:password} */
    private static int port(String host, String text, boolean certain) {
        int port = IpText.port(text);
        if (port < 1) {
            throw new IllegalArgumentException(
                    (certain ? "port '" + text + "'" : "what stands behind '" + host + ":'") + " (expected: 1..65535)");
        }
        return port;
    }

    private static int weight(String query) {
        int weight = query.startsWith(WEIGHT) ? IpText.port(query.substring(WEIGHT.length())) : -1;
        if (weight < 1 || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("'?" + query + "' (expected: ?weight=1..." + MAX_WEIGHT + ")");
        }
        return weight;
    }

    public Scheme scheme() {
        return scheme;
    }

    /** A name or an address, without brackets. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** How often it is chosen, in proportion to others: 1..1000. */
    public int weight() {
        return weight;
    }

    /** A way through this proxy, for one connection. */
    public Tunnel to(Address target) {
        return scheme == Scheme.SOCKS5 ? new Socks5(target, credentials) : new HttpConnect(target, credentials);
    }

    /** Without user and password. */
    @Override
    public String toString() {
        String place = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return scheme.name().toLowerCase(Locale.ROOT) + "://" + place + ":" + port;
    }
}
