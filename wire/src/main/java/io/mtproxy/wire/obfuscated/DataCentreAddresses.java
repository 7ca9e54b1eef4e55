package io.mtproxy.wire.obfuscated;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where Telegram's data centres are reached without a middle proxy: what Telegram's own clients have built in. */
public final class DataCentreAddresses {
    /** Of all of them. */
    public static final int PORT = 443;

    private DataCentreAddresses() {}

    /**
     * Numeric addresses by the id that clients name, in the order in which they are tried: 1..5, 203 (files), negative ones
     * for media where these have an address of their own, 10001..10003 for tests.
     */
    public static SortedMap<Integer, List<String>> builtIn() {
        SortedMap<Integer, List<String>> table = new TreeMap<>();
        table.put(1, List.of("149.154.175.50", "2001:b28:f23d:f001::a", "149.154.175.53"));
        table.put(2, List.of("149.154.167.51", "2001:67c:4e8:f002::a", "149.154.167.41", "95.161.76.100"));
        table.put(3, List.of("149.154.175.100", "2001:b28:f23d:f003::a"));
        table.put(4, List.of("149.154.167.91", "2001:67c:4e8:f004::a", "149.154.167.92"));
        table.put(5, List.of("149.154.171.5", "2001:b28:f23f:f005::a", "91.108.56.130"));
        table.put(203, List.of("91.105.192.100", "2a0a:f280:203:a:5000::100"));
        table.put(-2, List.of("149.154.167.151", "2001:67c:4e8:f002::b"));
        table.put(-4, List.of("149.154.167.43", "2001:67c:4e8:f004::b"));
        table.put(10_001, List.of("149.154.175.10", "2001:b28:f23d:f001::e"));
        table.put(10_002, List.of("149.154.167.40", "2001:67c:4e8:f002::e"));
        table.put(10_003, List.of("149.154.175.117", "2001:b28:f23d:f003::e"));
        return table;
    }
}
