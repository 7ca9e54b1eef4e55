package io.mtproxy.proxy.telegram;

import io.mtproxy.wire.obfuscated.DataCentreAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where Telegram's data centres are reached directly. The built-in table has the addresses that Telegram's own clients start
 * with; media data centres without one of their own are served by the main ones, as clients do. Immutable.
 *
 * @param addresses by id: 1..5, 203 (files), negative ones for media, 10001..10003 for tests; in the order in which they are
 *     tried
 */
public record DataCentres(Map<Integer, List<InetSocketAddress>> addresses) {
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
        DataCentreAddresses.builtIn()
                .forEach((dc, numeric) -> table.put(dc, numeric.stream().map(DataCentres::address).toList()));
        return new DataCentres(table);
    }

    private static InetSocketAddress address(String numeric) {
        try {
            return new InetSocketAddress(InetAddress.getByName(numeric), DataCentreAddresses.PORT);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(numeric, e); // a number is not looked up
        }
    }

    /**
     * The same with other addresses for some ids: those given here replace all of an id, and those of its media data centre,
     * which is then served by it unless it is given, too. Nobody is to get past what the operator says.
     */
    public DataCentres with(Map<Integer, List<InetSocketAddress>> overrides) {
        Map<Integer, List<InetSocketAddress>> merged = new HashMap<>(addresses);
        overrides.keySet().forEach(dc -> merged.remove(-Math.abs(dc)));
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
