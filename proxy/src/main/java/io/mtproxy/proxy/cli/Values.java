package io.mtproxy.proxy.cli;

import io.mtproxy.proxy.config.Ipv4;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Settings.NatRule;
import io.mtproxy.wire.IpNetwork;
import io.mtproxy.wire.tunnel.TunnelUrl;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of options that have checks: C's messages where C has one, ours where C runs into an assertion. */
final class Values {
    static final long DEFAULT_BUFFERS = 268_435_456;

    private static final int MAX_PORT = 65_535;
    /** C: MAX_HTTP_LISTEN_PORTS. */
    private static final int MAX_CLIENT_PORTS = 128;
    /** C: MAX_NAT_INFO_RULES. */
    private static final int MAX_NAT_RULES = 16;
    /** Ours. */
    static final int MAX_VIA = Settings.Chaining.MAX_VIA;
    /** C starts with two chunks of 2 MiB or less and dies at the first traffic. */
    private static final long MIN_BUFFERS = (2 << 20) + 1;
    private static final long MAX_BUFFERS = 1L << 40;

    private Values() {}

    /** A number with bounds that C only asserts. */
    static int bounded(String option, String value, long min, long max) throws Refusal {
        long number = Numbers.scan(value, 0).value();
        if (number < min || number > max) {
            throw outOfRange(option, value, min, max);
        }
        return (int) number;
    }

    static int port(String option, long number) throws Refusal {
        if (number < 1 || number > MAX_PORT) {
            throw outOfRange(option, Long.toString(number), 1, MAX_PORT);
        }
        return (int) number;
    }

    /** Events per second; a negative rate would let nobody in. */
    static int rate(String option, String value) throws Refusal {
        return bounded(option, value, 0, Integer.MAX_VALUE);
    }

    static double pingInterval(String value, double standard) {
        double seconds = Numbers.atof(value);
        return seconds > 0 ? seconds : standard;
    }

    /** {@code -H}: a comma list, appended to the ports so far. */
    static void clientPorts(String value, List<Integer> ports) throws Refusal {
        int at = 0;
        while (at < value.length() && ports.size() < MAX_CLIENT_PORTS && value.charAt(at) >= '1'
                && value.charAt(at) <= '9') {
            Numbers.Scanned number = Numbers.scan(value, at);
            ports.add(port("-H", number.value()));
            at = number.end();
            if (at == value.length() || value.charAt(at) != ',') {
                break;
            }
            at++;
        }
        if (at < value.length() || value.isEmpty()) {
            throw Refusal.withUsage();
        }
    }

    /** {@code --msg-buffers-size}: a number and at most one character that counts. */
    static long bufferBytes(String value) throws Refusal {
        Numbers.Scanned number = Numbers.scan(value, 0);
        if (number.end() == 0) {
            throw Refusal.withUsage(Line.log("Parsing limit for option fail: " + value));
        }
        char suffix = number.end() < value.length() ? value.charAt(number.end()) : ' ';
        int shift = switch (suffix | 0x20) {
            case ' ' -> 0;
            case 'k' -> 10;
            case 'm' -> 20;
            case 'g' -> 30;
            case 't' -> 40;
            default -> throw Refusal.withUsage(Line.log("Parsing limit fail. Unknown suffix '" + suffix + "'."));
        };
        if (number.value() == 0) {
            return DEFAULT_BUFFERS;
        }
        boolean fits = number.value() > 0 && number.value() <= MAX_BUFFERS >>> shift;
        if (!fits || number.value() << shift < MIN_BUFFERS) {
            throw outOfRange("--msg-buffers-size", value, MIN_BUFFERS, MAX_BUFFERS);
        }
        return number.value() << shift;
    }

    /** {@code --nat-info}: appended to the rules so far. */
    static void natRule(String value, List<NatRule> rules) throws Refusal {
        int colon = value.lastIndexOf(':');
        if (colon < 0) {
            throw Refusal.withUsage(Line.bare("expected <local-addr>:<global-addr> in --nat-info"));
        }
        NatRule rule = new NatRule(natSide(value.substring(0, colon)), natSide(value.substring(colon + 1)));
        if (rules.size() >= MAX_NAT_RULES) {
            throw Refusal.withUsage(Line.bare("too many rules in --nat-info"));
        }
        rules.add(rule);
    }

    /** {@code --address}; null for 0.0.0.0, which means any. */
    static @Nullable Inet4Address address(String value) throws Refusal {
        Inet4Address address = Ipv4.parse(value);
        if (address == null) {
            throw Refusal.exit(4, Line.log("Can not convert '" + value + "' to ip addr: Invalid argument"));
        }
        return address.isAnyLocalAddress() ? null : address;
    }

    /** {@code --dc-override}: one more address of a data centre. */
    static void centre(String value, Map<Integer, List<InetSocketAddress>> centres) throws Refusal {
        int first = value.indexOf(':');
        int last = value.lastIndexOf(':');
        InetAddress address = first < last ? numeric(value.substring(first + 1, last)) : null;
        if (address == null) {
            throw notACentre(value);
        }
        int dc = decimal(value, value.substring(0, first), Short.MIN_VALUE, Short.MAX_VALUE);
        int port = decimal(value, value.substring(last + 1), 1, MAX_PORT);
        if (dc == 0) { // who names none gets the second one
            throw notACentre(value);
        }
        centres.computeIfAbsent(dc, id -> new ArrayList<>()).add(new InetSocketAddress(address, port));
    }

    private static int decimal(String whole, String text, int min, int max) throws Refusal {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same message
        }
        throw notACentre(whole);
    }

    /** An IPv4 address, or an IPv6 address in brackets; null for anything else. Nothing is looked up. */
    private static @Nullable InetAddress numeric(String text) {
        if (!text.startsWith("[") || !text.endsWith("]")) {
            return Ipv4.parse(text);
        }
        try {
            return Inet6Address.ofLiteral(text.substring(1, text.length() - 1));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Refusal notACentre(String value) {
        return Refusal.withUsage(Line.log("value '" + value + "' of --dc-override: expected <dc>:<address>:<port>, as "
                + "2:149.154.167.51:443 or 2:[2001:67c:4e8:f002::a]:443"));
    }

    /** {@code --via}: appended to those so far. */
    static void via(String value, List<TunnelUrl> proxies) throws Refusal {
        if (proxies.size() >= MAX_VIA) {
            throw Refusal.withUsage(Line.log("too many proxies in --via (expected: at most " + MAX_VIA + ")"));
        }
        try {
            proxies.add(TunnelUrl.parse(value));
        } catch (IllegalArgumentException e) {
            throw Refusal.withUsage(Line.log("--via: " + e.getMessage()));
        }
    }

    /** {@code --proxy-protocol}: appended to those so far. */
    static void networks(String value, List<IpNetwork> networks) throws Refusal {
        try {
            networks.addAll(IpNetwork.list(value));
        } catch (IllegalArgumentException e) {
            throw Refusal.withUsage(Line.log("--proxy-protocol: " + e.getMessage()));
        }
    }

    private static Inet4Address natSide(String side) throws Refusal {
        Inet4Address address = Ipv4.parse(side);
        if (address == null) {
            throw Refusal.withUsage(Line.bare("cannot translate host '" + side + "' in --nat-info"));
        }
        return address;
    }

    private static Refusal outOfRange(String option, String value, long min, long max) {
        return Refusal
                .withUsage(Line.log("value '" + value + "' of " + option + " is out of range " + min + ".." + max));
    }
}
