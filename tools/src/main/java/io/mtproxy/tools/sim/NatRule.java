package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.RpcKeys.Endpoint;
import java.util.Arrays;
import java.util.List;

/**
 * One rule of the proxy's {@code --nat-info local:global}: both sides have to put the same addresses into the key
 * derivation, and the proxy puts its translated ones there.
 *
 * @param local 4 bytes, network order
 * @param global 4 bytes, network order
 */
public record NatRule(byte[] local, byte[] global) {
    /** IllegalArgumentException for anything but two IPv4 addresses. */
    public NatRule {
        if (local.length != 4 || global.length != 4) {
            throw new IllegalArgumentException("addresses of " + local.length + " and " + global.length
                    + " bytes, expected 4 and 4: IPv6 is never translated");
        }
    }

    /** What the proxy makes of an address: the first rule that fits, exact match only; ports are never translated. */
    static Endpoint apply(List<NatRule> rules, Endpoint endpoint) {
        for (NatRule rule : rules) {
            if (Arrays.equals(rule.local, endpoint.address())) {
                return new Endpoint(rule.global, endpoint.port());
            }
        }
        return endpoint;
    }
}
