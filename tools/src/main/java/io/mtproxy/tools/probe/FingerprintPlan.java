package io.mtproxy.tools.probe;

import java.net.InetSocketAddress;

/**
 * Whose answers are compared.
 *
 * @param proxy under test
 * @param site that it hides behind
 * @param domain of the site
 * @param secret of the proxy, 16 bytes
 * @param rounds hellos of each kind to each of them
 * @param patience of one connection
 */
public record FingerprintPlan(InetSocketAddress proxy, InetSocketAddress site, String domain, byte[] secret,
        int rounds, Patience patience) {

    /** Checks the bounds. */
    public FingerprintPlan {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds: " + rounds + " (expected: > 0)");
        }
    }
}
