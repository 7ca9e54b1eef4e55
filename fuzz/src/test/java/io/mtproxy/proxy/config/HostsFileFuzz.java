package io.mtproxy.proxy.config;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;

import io.mtproxy.fuzz.Input;
import java.net.Inet4Address;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The hosts file: names that stand in it, with addresses that mean a host. */
public final class HostsFileFuzz {
    private static final int MAX_ALLOCATION = 128 << 10;

    private HostsFileFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 1024L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        String text = new String(in.rest(), StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, Inet4Address> entry : SystemResolver.parse(text).entrySet()) {
            String name = entry.getKey();
            require(!name.isEmpty() && name.length() <= 127 && text.contains(name), "name " + name);
            require(name.indexOf(' ') < 0 && name.indexOf('\t') < 0 && name.indexOf('\n') < 0, "name " + name);
            require(!entry.getValue().isAnyLocalAddress(), "address of " + name);
        }
    }
}
