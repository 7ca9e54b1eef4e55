package io.mtproxy.proxy.app;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.log.Log;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Events as log lines: what all loops tell of one target or data centre is one line. Any thread. */
final class EventLog implements Events {
    /** Told also where a loop lost its last link by them and the target stays up in another one. */
    private static final Set<CloseReason> BROKEN_RULES = EnumSet.of(CloseReason.LINK_HANDSHAKE_REFUSED,
            CloseReason.LINK_BAD_LENGTH, CloseReason.LINK_BAD_CHECKSUM, CloseReason.LINK_BAD_SEQUENCE);

    private final Log log;
    /** In how many loops a target is up, when it is in any. */
    private final Map<String, Integer> up = new HashMap<>();
    /** Targets that were told as down. */
    private final Set<String> down = new HashSet<>();
    private final Set<Integer> unreachable = new HashSet<>();
    private final Set<Integer> unknown = new HashSet<>();
    /** Addresses of data centres that were told as not answering. */
    private final Set<String> silent = new HashSet<>();

    EventLog(Log log) {
        this.log = log;
    }

    @Override
    public synchronized void on(Event event) {
        switch (event) {
            case Event.TargetUp e -> targetUp(e.target());
            case Event.TargetDown e -> targetDown(e);
            case Event.TargetGone e -> targetGone(e);
            case Event.LinkRefused e -> linkRefused(e.target(), e.reason(), e.detail());
            case Event.Unreachable e -> {
                if (unreachable.add(e.dc())) {
                    log.line(0, "data centre " + e.dc() + " has had no ready link for " + e.waitMillis()
                            + " ms, its clients are being closed");
                }
            }
            case Event.Reachable e -> {
                if (unreachable.remove(e.dc())) {
                    log.line(0, "data centre " + e.dc() + " is served again");
                }
            }
            case Event.CentreUnreachable e -> {
                if (unreachable.add(e.dc())) {
                    log.line(0, "data centre " + e.dc() + " is not to be reached, its clients are being closed: "
                            + e.why());
                }
            }
            case Event.CentreAddress e -> centreAddress(e);
            case Event.UnknownCentre e -> {
                if (unknown.add(e.dc())) {
                    log.line(0, "a client asked for data centre " + e.dc() + ", which has no address; it is closed");
                }
            }
            case Event.ViaDown e -> log.line(0, "proxy " + e.proxy() + " is down: " + e.why());
            case Event.ViaUp e -> log.line(0, "proxy " + e.proxy() + " is up");
            case Event.ViaMoved e ->
                log.line(0, "proxy " + e.proxy() + " is at " + e.to() + " now, was at " + e.from());
            case Event.ViaNameless e -> log.line(0, "proxy " + e.proxy() + ": cannot resolve '" + e.name()
                    + "' (expected: a name that has an address); " + e.address() + " stays in use");
            case Event.Bug e -> log.line("internal error: " + trace(e.cause()));
        }
    }

    private void centreAddress(Event.CentreAddress e) {
        if (e.answers() && silent.remove(e.address())) {
            log.line(1, "data centre " + e.dc() + ": " + e.address() + " answers again");
        } else if (!e.answers() && silent.add(e.address())) {
            log.line(1, "data centre " + e.dc() + ": " + e.address() + " does not answer: " + e.why());
        }
    }

    private void targetUp(String target) {
        if (up.merge(target, 1, Integer::sum) == 1) {
            log.line(down.remove(target) ? 0 : 1, "target " + target + " is up");
        }
    }

    private void targetDown(Event.TargetDown e) {
        if (!inNoLoop(e.target(), e.wasUp())) {
            if (BROKEN_RULES.contains(e.reason())) {
                linkRefused(e.target(), e.reason(), e.detail());
            }
        } else if (down.add(e.target())) {
            log.line(0, "target " + e.target() + " is down: " + why(e.reason(), e.detail()));
        }
    }

    private void linkRefused(String target, CloseReason reason, String detail) {
        log.line(0, "closed a link to " + target + ": " + why(reason, detail));
    }

    private void targetGone(Event.TargetGone e) {
        if (inNoLoop(e.target(), e.wasUp())) {
            down.remove(e.target());
        }
    }

    /** Whether a target is up in no loop, now that one of them has told of it. */
    private boolean inNoLoop(String target, boolean wasUp) {
        int loops = up.getOrDefault(target, 0) - (wasUp ? 1 : 0);
        if (loops > 0) {
            up.put(target, loops);
        } else {
            up.remove(target);
        }
        return loops <= 0;
    }

    private static String why(CloseReason reason, String detail) {
        String name = reason.name().toLowerCase(Locale.ROOT);
        return detail.isEmpty() ? name : name + " (" + detail + ")";
    }

    private static String trace(Throwable cause) {
        StringWriter out = new StringWriter();
        cause.printStackTrace(new PrintWriter(out));
        return out.toString();
    }
}
