package io.mtproxy.tools.sim;

import io.mtproxy.wire.rpc.ProxyRequest;
import java.util.concurrent.atomic.LongAdder;

/** The running numbers behind {@link Statistics}. Any thread. */
final class Counters extends AnswerCounters {
    final LongAdder linksNow = new LongAdder();
    final LongAdder linksTotal = new LongAdder();
    final LongAdder linksRefused = new LongAdder();
    final LongAdder linksBroken = new LongAdder();
    final LongAdder sessionsNow = new LongAdder();
    final LongAdder sessionsTotal = new LongAdder();
    final LongAdder requestsRejected = new LongAdder();
    final LongAdder closesByProxy = new LongAdder();
    final LongAdder closesByTelegram = new LongAdder();
    final LongAdder pingsReceived = new LongAdder();
    final LongAdder pongsReceived = new LongAdder();
    final LongAdder unknown = new LongAdder();

    private final LongAdder requests = new LongAdder();
    private final LongAdder requestsUnencrypted = new LongAdder();
    private final LongAdder requestsAbridged = new LongAdder();
    private final LongAdder requestsIntermediate = new LongAdder();

    void request(int flags) {
        requests.increment();
        countIf((flags & ProxyRequest.FLAG_UNENCRYPTED) != 0, requestsUnencrypted);
        countIf((flags & ProxyRequest.FLAG_ABRIDGED) != 0, requestsAbridged);
        countIf((flags & ProxyRequest.FLAG_INTERMEDIATE) != 0, requestsIntermediate);
    }

    private static void countIf(boolean holds, LongAdder counter) {
        if (holds) {
            counter.increment();
        }
    }

    Statistics read() {
        return new Statistics(linksNow.sum(), linksTotal.sum(), linksRefused.sum(), linksBroken.sum(),
                sessionsNow.sum(), sessionsTotal.sum(), requests.sum(), requestsUnencrypted.sum(),
                requestsAbridged.sum(), requestsIntermediate.sum(), requestsRejected.sum(), answers.sum(),
                simpleAcks.sum(), closesByProxy.sum(), closesByTelegram.sum(), pingsReceived.sum(),
                pongsReceived.sum(), unknown.sum(), bytesIn.sum(), bytesOut.sum(), keysMade.sum(), queries.sum());
    }
}
