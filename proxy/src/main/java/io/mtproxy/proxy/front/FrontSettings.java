package io.mtproxy.proxy.front;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules for the sites.
 *
 * @param domains     as given with {@code -D}, each once; the first is the default one; not empty
 * @param port        of the sites, 443 but in tests
 * @param connections of one round, for each domain
 * @param limit       time of the first round
 * @param interval    between later rounds, about
 * @param state       existing directory where sightings are kept; null = nowhere
 * @param drawKey     what the length for a site that never answered is drawn with: the same for all processes of an
 *                    installation, and secret
 * @param preface     what connections of our own to the sites begin with, perhaps nothing
 */
public record FrontSettings(List<String> domains, int port, int connections, Duration limit, Duration interval,
        @Nullable Path state, byte[] drawKey, byte[] preface) {
    /** HTTPS. */
    public static final int PORT = 443;
    /** C asks a site by so many connections. */
    private static final int CONNECTIONS = 20;
    /** C: so long for each domain; ours for all of them. */
    private static final Duration LIMIT = Duration.ofSeconds(5);
    /** Certificates change every some weeks, servers are updated by day: soon enough, and hardly seen at the site. */
    private static final Duration INTERVAL = Duration.ofHours(6);

    public FrontSettings {
        domains = List.copyOf(new LinkedHashSet<>(domains));
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("no domain");
        }
    }

    /** Without a preface. */
    public FrontSettings(List<String> domains, int port, int connections, Duration limit, Duration interval,
            @Nullable Path state, byte[] drawKey) {
        this(domains, port, connections, limit, interval, state, drawKey, new byte[0]);
    }

    /** The same with a preface. */
    public FrontSettings preface(byte[] bytes) {
        return new FrontSettings(domains, port, connections, limit, interval, state, drawKey, bytes);
    }

    /** C's figures and, where C has none, ours. */
    public static FrontSettings of(List<String> domains, int port, @Nullable Path state, byte[] drawKey) {
        return new FrontSettings(domains, port, CONNECTIONS, LIMIT, INTERVAL, state, drawKey);
    }
}
