package io.mtproxy.tools.sim;

import io.mtproxy.tools.sim.mtproto.MtprotoListener;
import java.util.concurrent.atomic.LongAdder;

/** What is counted whichever way clients come: by links or directly. Any thread. */
abstract class AnswerCounters implements MtprotoListener {
    final LongAdder answers = new LongAdder();
    final LongAdder simpleAcks = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder keysMade = new LongAdder();
    final LongAdder queries = new LongAdder();

    @Override
    public void keyMade(long authKeyId) {
        keysMade.increment();
    }

    @Override
    public void query(int constructor) {
        queries.increment();
    }
}
