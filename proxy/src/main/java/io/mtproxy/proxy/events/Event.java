package io.mtproxy.proxy.events;

/** What operators want to read in a log: changes of state, each told once by every loop. */
public sealed interface Event {
    /** The first link of a target became ready. */
    record TargetUp(String target) implements Event {}

    /**
     * The last ready link of a target ended, or the first attempt to reach it failed.
     *
     * @param wasUp whether {@link TargetUp} was told before
     */
    record TargetDown(String target, boolean wasUp, CloseReason reason, String detail) implements Event {}

    /**
     * A target has left the configuration.
     *
     * @param wasUp whether it had a ready link
     */
    record TargetGone(String target, boolean wasUp) implements Event {}

    /** A link ended because the other side broke the protocol; lost connections are told by {@link TargetDown}. */
    record LinkRefused(String target, CloseReason reason, String detail) implements Event {}

    /** Clients of a data centre find no ready link; told once until {@link Reachable}. */
    record Unreachable(int dc, long waitMillis) implements Event {}

    /** The data centre is served again. */
    record Reachable(int dc) implements Event {}

    /** No address of a data centre answered a client; told once until {@link Reachable}. */
    record CentreUnreachable(int dc, String why) implements Event {}

    /**
     * An address of a data centre does not answer any more, or answers again.
     *
     * @param why empty when it answers
     */
    record CentreAddress(int dc, String address, boolean answers, String why) implements Event {}

    /** A client has named a data centre that has no address; told once for each number. */
    record UnknownCentre(int dc) implements Event {}

    /** An attempt through a proxy of {@code --via} failed, and those before had not. */
    record ViaDown(String proxy, String why) implements Event {}

    /** A proxy of {@code --via} works again. */
    record ViaUp(String proxy) implements Event {}

    /** The name of a proxy of {@code --via} stands for another address now. */
    record ViaMoved(String proxy, String from, String to) implements Event {}

    /** The name of a proxy of {@code --via} stands for none any more; told once until it does. */
    record ViaNameless(String proxy, String name, String address) implements Event {}

    /** An exception that nothing explains. */
    record Bug(Throwable cause) implements Event {}
}
