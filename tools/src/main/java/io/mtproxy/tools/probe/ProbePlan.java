package io.mtproxy.tools.probe;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be compared, and how thoroughly.
 *
 * @param proxy under test
 * @param site that it hides behind
 * @param domain of the site
 * @param secret of the proxy; null = without the probes that need it
 * @param rounds of each probe; a round is one connection to the site, one to the proxy, one to the site
 * @param patience of one connection
 * @param parallel rounds of probes that wait, at the same time; with so few rounds that times are not judged, probes
 * @param paths between the prober and both of them, by their jitter, which is added to what was measured: on one machine
 *        differences of microseconds show that nobody sees from afar; the last one counts
 * @param only beginnings of the names of the probes to be tried; empty = all
 */
public record ProbePlan(InetSocketAddress proxy, InetSocketAddress site, String domain, byte @Nullable [] secret,
        int rounds, Patience patience, int parallel, List<Duration> paths, List<String> only) {

    /** Checks the bounds, copies the lists. */
    public ProbePlan {
        if (rounds < 1 || parallel < 1) {
            throw new IllegalArgumentException(
                    "rounds: " + rounds + ", parallel: " + parallel + " (expected: > 0 each)");
        }
        if (paths.isEmpty() || paths.stream().anyMatch(Duration::isNegative)) {
            throw new IllegalArgumentException("jitter: " + paths + " (expected: one or more, each >= 0)");
        }
        paths = List.copyOf(paths);
        only = List.copyOf(only);
        if (named(only, secret != null).isEmpty()) {
            throw new IllegalArgumentException("no probe is named " + String.join(", ", only));
        }
    }

    List<Probe> probes() {
        return named(only, secret != null);
    }

    private static List<Probe> named(List<String> only, boolean secret) {
        return Catalogue.probes(secret).stream()
                .filter(probe -> only.isEmpty() || only.stream().anyMatch(probe.name()::startsWith)).toList();
    }
}
