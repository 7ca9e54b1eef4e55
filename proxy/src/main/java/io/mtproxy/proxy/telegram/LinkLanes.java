package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import org.jspecify.annotations.Nullable;

/** The lanes on one link, chained through themselves, and which of them wait because the link is full. */
final class LinkLanes {
    private @Nullable MiddleLane first;
    private int count;
    private boolean someBlocked;

    int count() {
        return count;
    }

    void add(MiddleLane lane) {
        lane.next = first;
        if (first != null) {
            first.previous = lane;
        }
        first = lane;
        count++;
    }

    void remove(MiddleLane lane) {
        if (lane.previous != null) {
            lane.previous.next = lane.next;
        } else {
            first = lane.next;
        }
        if (lane.next != null) {
            lane.next.previous = lane.previous;
        }
        lane.previous = null;
        lane.next = null;
        count--;
    }

    /** The client of this lane sends no more until {@link #resume}. */
    void block(MiddleLane lane) {
        lane.blocked = true;
        someBlocked = true;
        lane.client.pause(true);
    }

    /** Nor do all others; returns how many more that are. */
    int blockAll() {
        int more = 0;
        for (MiddleLane lane = first; lane != null; lane = lane.next) {
            if (!lane.blocked) {
                block(lane);
                more++;
            }
        }
        return more;
    }

    /** All that were blocked go on. */
    void resume() {
        if (someBlocked) {
            someBlocked = false;
            for (MiddleLane lane = first; lane != null; lane = lane.next) {
                if (lane.blocked) {
                    lane.blocked = false;
                    lane.client.pause(false);
                }
            }
        }
    }

    /** The link is gone. */
    void end(CloseReason reason) {
        while (first != null) {
            first.end(reason);
        }
    }
}
