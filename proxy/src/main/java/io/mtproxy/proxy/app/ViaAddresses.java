package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.telegram.Via;
import io.mtproxy.wire.tunnel.TunnelUrl;
import io.mtproxy.wire.tunnel.TunnelUrl.Scheme;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Where the proxies of {@code --via} are, and whether they can do what is asked of them. */
final class ViaAddresses {
    private ViaAddresses() {}

    /** Resolves their names for the start: all by the system, which also knows names without a dot. */
    static List<Via> resolve(List<TunnelUrl> urls) throws Refusal {
        List<Via> vias = new ArrayList<>();
        for (TunnelUrl url : urls) {
            try {
                vias.add(new Via(url, new InetSocketAddress(InetAddress.getByName(url.host()), url.port())));
            } catch (UnknownHostException e) {
                throw Refusal.exit(1, Line.log("fatal: --via " + url + ": cannot resolve '" + url.host()
                        + "' (expected: a name that has an address)"));
            }
        }
        return vias;
    }

    /** Middle proxies and we derive keys from both ends of the connection, and HTTP has no way to tell us ours. */
    static void requireEnds(List<TunnelUrl> urls) throws Refusal {
        for (TunnelUrl url : urls) {
            if (url.scheme() == Scheme.HTTP) {
                throw Refusal.exit(1, Line.log("fatal: --via " + url
                        + ": middle proxies want to know from which address and"
                        + " port we come, and a proxy does not tell that with HTTP CONNECT (expected: socks5://)"));
            }
        }
    }
}
