package io.mtproxy.proxy.app;

import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.log.Log;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Events as log lines. */
final class EventLog implements Events {
    private final Log log;

    EventLog(Log log) {
        this.log = log;
    }

    @Override
    public void on(Event event) {
        switch (event) {
            case Event.TargetUp e -> log.line(1, "target " + e.target() + " is up");
            case Event.TargetDown e -> log.line(0, "target " + e.target() + " is down: " + why(e.reason(), e.detail()));
            case Event.LinkRefused e ->
                log.line(0, "closed a link to " + e.target() + ": " + why(e.reason(), e.detail()));
            case Event.Unreachable e -> log.line(0, "data centre " + e.dc() + " has had no ready link for "
                    + e.waitMillis() + " ms, its clients are being closed");
            case Event.Reachable e -> log.line(0, "data centre " + e.dc() + " is served again");
            case Event.Bug e -> log.line(0, "internal error: " + trace(e.cause()));
        }
    }

    private static String why(Enum<?> reason, String detail) {
        String name = reason.name().toLowerCase(java.util.Locale.ROOT);
        return detail.isEmpty() ? name : name + " (" + detail + ")";
    }

    private static String trace(Throwable cause) {
        StringWriter out = new StringWriter();
        cause.printStackTrace(new PrintWriter(out));
        return out.toString();
    }
}
