package io.mtproxy.tools.it;

import io.mtproxy.tools.sim.ExchangeFault;
import io.mtproxy.tools.sim.FrameFault;
import io.mtproxy.tools.sim.LinkFaults;
import io.mtproxy.wire.rpc.RpcType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Telegram takes its time with each new link, and counts how many it has under way at once and how many answers go over
 * each. Nothing goes wrong.
 */
final class Arrivals implements LinkFaults {
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger all = new AtomicInteger();
    private final Map<Long, LongAdder> answers = new ConcurrentHashMap<>();
    private volatile int exchangeMillis;

    /** Each link that arrives from now on is kept waiting so long. */
    void slow(int millis) {
        exchangeMillis = millis;
    }

    /** Forgets what was seen so far. */
    void reset() {
        most.set(now.get());
        all.set(0);
        answers.clear();
    }

    @Override
    public ExchangeFault exchange(long link) {
        all.incrementAndGet();
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        try {
            Thread.sleep(exchangeMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            now.decrementAndGet();
        }
        return ExchangeFault.NONE;
    }

    @Override
    public FrameFault frame(long link, int type) {
        if (type == RpcType.PROXY_ANS) {
            answers.computeIfAbsent(link, number -> new LongAdder()).increment();
        }
        return FrameFault.NONE;
    }

    /** Most links that were under way at a time. */
    int most() {
        return most.get();
    }

    /** Links that arrived. */
    int all() {
        return all.get();
    }

    /** Answers over the link that had the most. */
    long mostAnswers() {
        return answers.values().stream().mapToLong(LongAdder::sum).max().orElse(0);
    }
}
