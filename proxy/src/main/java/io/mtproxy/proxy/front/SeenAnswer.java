package io.mtproxy.proxy.front;

import java.util.List;

/**
 * What one connection to a site has shown.
 *
 * @param hello              the ServerHello
 * @param changeCipherSpecAt how many records came before the ChangeCipherSpec; -1 = none came
 * @param records            lengths of the encrypted records, at least one
 */
record SeenAnswer(ServerHello hello, int changeCipherSpecAt, List<Integer> records) {
    SeenAnswer {
        records = List.copyOf(records);
    }

    /** Whether the other one goes on where this one ends: then this one was only cut short. */
    boolean beginningOf(SeenAnswer other) {
        return other.records.size() > records.size() && other.records.subList(0, records.size()).equals(records);
    }
}
