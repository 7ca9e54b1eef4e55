package io.mtproxy.tools.load;

import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The proxy under load and how it is spoken to.
 *
 * @param proxy where it listens
 * @param secret 16 bytes, or null for a proxy without secrets
 * @param transports taken in turn by the clients
 * @param dcs numbers of the data centres, taken in turn
 * @param patience how long a client waits for the proxy at any point before it gives up
 * @param tls how clients hide in TLS, taken in turn; empty when they do not
 * @param visitors who the clients are, taken in turn; empty: all have the one secret and come from any address
 */
public record LoadTarget(InetSocketAddress proxy, byte @Nullable [] secret, List<Transport> transports,
        List<Integer> dcs, Duration patience, List<FakeTls> tls, List<Visitor> visitors) {

    /** Numbers of Telegram's data centres as clients ask for them, media included. */
    public static final List<Integer> ALL_DCS = List.of(1, 2, 3, 4, 5, -1, -2, -3, -4, -5);

    private static final int PROBE_SIZE = 64;

    /** Copies the lists. */
    public LoadTarget {
        LoadPlan.require(!transports.isEmpty(), "transports", "none", "at least one");
        LoadPlan.require(!dcs.isEmpty(), "data centres", "none", "at least one");
        LoadPlan.require(tls.isEmpty() || secret != null, "fake TLS", "no secret", "one");
        transports = List.copyOf(transports);
        dcs = List.copyOf(dcs);
        tls = List.copyOf(tls);
        visitors = List.copyOf(visitors);
    }

    /**
     * Who a client is.
     *
     * @param address of this machine from which it comes, or null for any
     * @param secret 16 bytes, or null for a proxy without secrets
     */
    public record Visitor(@Nullable InetAddress address, byte @Nullable [] secret) {}

    /** Clients with one secret, from any address. */
    public LoadTarget(InetSocketAddress proxy, byte @Nullable [] secret, List<Transport> transports, List<Integer> dcs,
            Duration patience, List<FakeTls> tls) {
        this(proxy, secret, transports, dcs, patience, tls, List.of());
    }

    /** Every transport, every data centre, half a minute of patience. */
    public static LoadTarget of(InetSocketAddress proxy, byte @Nullable [] secret) {
        return new LoadTarget(proxy, secret, List.of(Transport.values()), ALL_DCS, Duration.ofSeconds(30),
                List.of());
    }

    /** The same with other transports only. */
    public LoadTarget transports(List<Transport> others) {
        return new LoadTarget(proxy, secret, others, dcs, patience, tls, visitors);
    }

    /** The same with other data centres only. */
    public LoadTarget dcs(List<Integer> others) {
        return new LoadTarget(proxy, secret, transports, others, patience, tls, visitors);
    }

    /** The same with clients of another patience. */
    public LoadTarget patience(Duration other) {
        return new LoadTarget(proxy, secret, transports, dcs, other, tls, visitors);
    }

    /** The same with clients that hide in TLS, in these ways in turn. */
    public LoadTarget tls(List<FakeTls> ways) {
        return new LoadTarget(proxy, secret, transports, dcs, patience, ways, visitors);
    }

    /** The same with these clients, in turn. */
    public LoadTarget visitors(List<Visitor> others) {
        return new LoadTarget(proxy, secret, transports, dcs, patience, tls, others);
    }

    /** Does one client, in the first transport, get an answer? */
    public boolean serves() {
        try (LoadExchange exchange = new LoadExchange(client(0), new SplittableRandom())) {
            exchange.echo(PROBE_SIZE, false);
            return true;
        } catch (IOException | ProtocolException e) {
            return false;
        }
    }

    /** The settings of the client of this index. */
    public ClientSettings client(int index) {
        Visitor visitor = visitors.isEmpty() ? new Visitor(null, secret) : visitors.get(index % visitors.size());
        return new ClientSettings(proxy, transports.get(index % transports.size()), dcs.get(index % dcs.size()),
                visitor.secret(), patience, tls.isEmpty() ? null : tls.get(index / transports.size() % tls.size()),
                visitor.address());
    }
}
