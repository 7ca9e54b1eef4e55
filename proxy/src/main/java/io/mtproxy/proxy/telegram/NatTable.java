package io.mtproxy.proxy.telegram;

import java.util.Arrays;
import java.util.List;

/** {@code --nat-info}: how our own IPv4 addresses look from outside. The first rule that fits wins. */
public record NatTable(List<Rule> rules) {
    public NatTable {
        rules = List.copyOf(rules);
    }

    /** Two IPv4 addresses, 4 bytes each in network order. */
    public record Rule(byte[] local, byte[] global) {}

    /** The address as the outside sees it; IPv6 addresses and those without a rule stay as they are. */
    public byte[] translate(byte[] address) {
        for (Rule rule : rules) {
            if (Arrays.equals(rule.local, address)) {
                return rule.global;
            }
        }
        return address;
    }
}
