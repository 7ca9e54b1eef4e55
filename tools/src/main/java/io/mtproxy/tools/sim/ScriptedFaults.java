package io.mtproxy.tools.sim;

import io.mtproxy.wire.rpc.RpcType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Faults that a test orders while the simulator runs. Any thread. */
public final class ScriptedFaults implements LinkFaults {
    private final AtomicReference<FrameFault> next = new AtomicReference<>(FrameFault.NONE);
    private volatile ExchangeFault exchange = ExchangeFault.NONE;
    private volatile Duration delay = Duration.ZERO;

    /** The next answer to a client suffers this fault, on whatever link; once. */
    public void nextAnswer(FrameFault fault) {
        next.set(fault);
    }

    /** Links that arrive from now on suffer this fault. */
    public void newLinks(ExchangeFault fault) {
        exchange = fault;
    }

    /** Each frame from now on is held back that long. */
    public void delay(Duration duration) {
        delay = duration;
    }

    @Override
    public ExchangeFault exchange(long link) {
        return exchange;
    }

    @Override
    public FrameFault frame(long link, int type) {
        return type != RpcType.PROXY_ANS || next.get() == FrameFault.NONE
                ? FrameFault.NONE
                : next.getAndSet(FrameFault.NONE);
    }

    @Override
    public Duration delay(long link, int type) {
        return delay;
    }
}
