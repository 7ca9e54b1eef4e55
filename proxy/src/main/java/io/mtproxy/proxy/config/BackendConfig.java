package io.mtproxy.proxy.config;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The backend config file, checked and resolved. Immutable; any thread.
 *
 * @param file its name as given
 * @param clusters in the order of the file
 * @param targets all targets, each address and port once, in the order of first appearance
 * @param defaultCluster id of the cluster for clients whose data centre has none; may name a missing one
 * @param timeoutMillis bound of a connect to a target, 10..30000; 0 = not given (C's default of 300 ms bounds nothing there
 *     and would cut off distant targets here)
 * @param bytes size of the file
 * @param md5 of the file, 32 lower-case hex digits
 * @param loadedAt unix time in seconds
 */
public record BackendConfig(String file, List<Cluster> clusters, List<Target> targets, int defaultCluster,
        int timeoutMillis, int bytes, String md5, long loadedAt) {

    public BackendConfig {
        clusters = List.copyOf(clusters);
        targets = List.copyOf(targets);
    }

    /**
     * The targets of one data centre.
     *
     * @param id -32768..32767
     * @param targets with repetitions, as the file has them: a repeated line weighs twice in a random choice
     */
    public record Cluster(int id, List<Target> targets) {
        public Cluster {
            targets = List.copyOf(targets);
        }
    }

    /**
     * A middle proxy. Equal addresses and ports are one target, with the bounds of its last line.
     *
     * @param address IPv4 or IPv6, never unspecified
     * @param minConnections 1..maxConnections
     * @param maxConnections up to 1000
     */
    public record Target(InetAddress address, int port, int minConnections, int maxConnections) {}

    /** What stands for the file where none is used. */
    public static BackendConfig none(long now) {
        return new BackendConfig("", List.of(), List.of(), 0, 0, 0, "none", now);
    }

    /** The cluster with that id, without falling back to the default one. */
    public @Nullable Cluster cluster(int id) {
        for (Cluster cluster : clusters) {
            if (cluster.id() == id) {
                return cluster;
            }
        }
        return null;
    }
}
