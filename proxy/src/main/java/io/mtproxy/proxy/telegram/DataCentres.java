package io.mtproxy.proxy.telegram;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where Telegram's data centres are reached directly. The built-in table has the addresses that Telegram's own clients start
 * with; media data centres without one of their own are served by the main ones, as clients do. Immutable.
 *
 * @param addresses by id: 1..5, 203 (files), negative ones for media, 10001..10003 for tests; in the order in which they are
 *     tried
 */
public record DataCentres(Map<Integer, List<InetSocketAddress>> addresses) {
    private static final int PORT = 443;
    /** Clients that name no data centre get this one. */
    private static final int DEFAULT = 2;

    /** Copies the map. */
    public DataCentres {
        Map<Integer, List<InetSocketAddress>> copy = new HashMap<>();
        addresses.forEach((dc, list) -> copy.put(dc, List.copyOf(list)));
        addresses = Map.copyOf(copy);
    }

    /** Telegram's, as its clients have them built in. */
    public static DataCentres builtIn() {
        Map<Integer, List<InetSocketAddress>> table = new HashMap<>();
        put(table, 1, "149.154.175.50", "2001:b28:f23d:f001::a", "149.154.175.53");
        put(table, 2, "149.154.167.51", "2001:67c:4e8:f002::a", "149.154.167.41", "95.161.76.100");
        put(table, 3, "149.154.175.100", "2001:b28:f23d:f003::a");
        put(table, 4, "149.154.167.91", "2001:67c:4e8:f004::a", "149.154.167.92");
        put(table, 5, "149.154.171.5", "2001:b28:f23f:f005::a", "91.108.56.130");
        put(table, 203, "91.105.192.100", "2a0a:f280:203:a:5000::100");
        put(table, -2, "149.154.167.151", "2001:67c:4e8:f002::b");
        put(table, -4, "149.154.167.43", "2001:67c:4e8:f004::b");
        put(table, 10_001, "149.154.175.10", "2001:b28:f23d:f001::e");
        put(table, 10_002, "149.154.167.40", "2001:67c:4e8:f002::e");
        put(table, 10_003, "149.154.175.117", "2001:b28:f23d:f003::e");
        return new DataCentres(table);
    }

    private static void put(Map<Integer, List<InetSocketAddress>> table, int dc, String... numeric) {
        table.put(dc, Stream.of(numeric).map(DataCentres::address).toList());
    }

    private static InetSocketAddress address(String numeric) {
        try {
            return new InetSocketAddress(InetAddress.getByName(numeric), PORT);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(numeric, e); // a number is not looked up
        }
    }

    /** The same with other addresses for some ids: those given here replace all of an id. */
    public DataCentres with(Map<Integer, List<InetSocketAddress>> overrides) {
        Map<Integer, List<InetSocketAddress>> merged = new HashMap<>(addresses);
        merged.putAll(overrides);
        return new DataCentres(merged);
    }

    /**
     * Which id of the table serves the one that a client named.
     *
     * @return 0 when none does
     */
    int serving(int dc) {
        int named = dc == 0 ? DEFAULT : dc;
        if (addresses.containsKey(named)) {
            return named;
        }
        return addresses.containsKey(-named) && named < 0 ? -named : 0;
    }

    /** All ids that have addresses, in their order. */
    public List<Integer> ids() {
        List<Integer> ids = new ArrayList<>(addresses.keySet());
        ids.sort(null);
        return ids;
    }
}
