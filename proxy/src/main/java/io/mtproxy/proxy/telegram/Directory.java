package io.mtproxy.proxy.telegram;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * Which targets serve which data centre.
 *
 * @param clusters       one per data centre id
 * @param targets        every target once
 * @param defaultCluster the id that serves data centres without a cluster of their own; may name a missing one
 */
public record Directory(List<Cluster> clusters, List<Target> targets, int defaultCluster) {
    public Directory {
        clusters = List.copyOf(clusters);
        targets = List.copyOf(targets);
    }

    /**
     * One data centre.
     *
     * @param targets with repetitions: a target that stands twice is chosen twice as often
     */
    public record Cluster(int dc, List<Target> targets) {
        public Cluster {
            targets = List.copyOf(targets);
        }
    }

    /**
     * A middle proxy.
     *
     * @param minLinks      links kept per process
     * @param maxLinks      links at most per process
     * @param connectMillis bound of one attempt to connect
     */
    public record Target(InetSocketAddress address, int minLinks, int maxLinks, int connectMillis) {
        @Override
        public String toString() {
            return address.getAddress().getHostAddress() + ":" + address.getPort();
        }
    }
}
