package io.mtproxy.proxy.config;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;

import io.mtproxy.fuzz.Input;
import io.mtproxy.proxy.config.BackendConfig.Cluster;
import io.mtproxy.proxy.config.BackendConfig.Target;
import io.mtproxy.proxy.config.BackendConfigParser.SyntaxError;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;

/** The backend config file: every result keeps C's bounds, every refusal names the file and a line that is there. */
public final class BackendConfigFuzz {
    private static final int MAX_ALLOCATION = 512 << 10;
    private static final String FILE = "proxy-multi.conf";

    private BackendConfigFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 1024L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        byte[] text = in.rest();
        try {
            bounds(new BackendConfigParser(FILE, text, BackendConfigFuzz::resolve).parse(text.length, "none", 0));
        } catch (SyntaxError e) {
            refused(e.text(), text);
        }
    }

    /** Names are never looked up here: what begins with x has no address. */
    private static InetAddress resolve(String host) {
        if (host.startsWith("x")) {
            return null;
        }
        InetAddress number = Ipv4.isNumber(host) ? Ipv4.parseLoose(host) : null;
        return number != null || Ipv4.isNumber(host) ? number : Ipv4.of(0x7f000000 | host.hashCode() & 0xffff);
    }

    private static void bounds(BackendConfig config) {
        require(!config.clusters().isEmpty() && config.clusters().size() <= 1024,
                "clusters " + config.clusters().size());
        require(config.timeoutMillis() == 0 || config.timeoutMillis() >= 10 && config.timeoutMillis() <= 30_000,
                "timeout " + config.timeoutMillis());
        Set<Integer> ids = new HashSet<>();
        Set<Target> inClusters = new HashSet<>();
        for (Cluster cluster : config.clusters()) {
            require(ids.add(cluster.id()), "cluster " + cluster.id() + " twice");
            require(cluster.id() == (short) cluster.id() && !cluster.targets().isEmpty(), "cluster " + cluster);
            inClusters.addAll(cluster.targets());
        }
        require(inClusters.equals(new HashSet<>(config.targets())), "targets differ from those of the clusters");
        for (Target t : config.targets()) {
            require(t.port() > 0 && t.port() < 65_536 && !t.address().isAnyLocalAddress(), "target " + t);
            require(t.minConnections() >= 1 && t.minConnections() <= t.maxConnections() && t.maxConnections() <= 1000,
                    "connections of " + t);
        }
    }

    private static void refused(String message, byte[] text) {
        require(message.startsWith(FILE + ":") && message.contains(": fatal: ") && message.contains(" near "), message);
        int line = Integer.parseInt(message.substring(FILE.length() + 1, message.indexOf(": fatal")));
        int lines = 1;
        for (byte b : text) {
            lines += b == '\n' ? 1 : 0;
        }
        require(line >= 1 && line <= lines, "line " + line + " of " + lines);
    }
}
