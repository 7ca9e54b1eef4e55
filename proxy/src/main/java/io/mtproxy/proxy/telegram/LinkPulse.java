package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.TimerWheel;
import org.jspecify.annotations.Nullable;

/**
 * Watches a link that is ready: does the middle proxy speak, does it take what we send, does anybody need the link? Looks
 * now and then, at least once per ping interval; between two looks the data path sets a flag and nothing else.
 */
final class LinkPulse {
    /** C's intention with {@code -T}: after so many silent intervals no new clients, after so many the end. */
    private static final int SUSPEND_AFTER_INTERVALS = 2;
    private static final int CLOSE_AFTER_INTERVALS = 20;
    private static final int SHORTEST_LOOK_MILLIS = 8;
    private static final int LOOKS_PER_BOUND = 4;
    /** Telegram's frames are of 1 MiB at most in practice; of a longer one we hold up to 16 MiB until its last byte comes. */
    private static final int FRAME_MILLIS = 20_000;

    private final Subject link;
    private final EventLoop loop;
    private final int interval;
    private final LinkBounds bounds;
    private final int lookMillis;
    private TimerWheel.@Nullable Timer timer;
    private boolean heard;
    /** This and the following are milliseconds of one clock; 0 = not so. */
    private long heardAt;
    private long pinged;
    private long oldestPing;
    private long stuckSince;
    private long unusedSince;
    /** How long the same frame has been incomplete while we read. */
    private int frameMillis;

    /** What a pulse asks of its link and tells it. */
    interface Subject {
        /** Whether something waits of which the kernel has taken nothing since this was last asked. */
        boolean tookNothing();

        /** Whether the frame that was incomplete when this was last asked is so still. */
        boolean sameFrame();

        /** Whether we leave unread what the middle proxy may have sent. */
        boolean readingPaused();

        /** Whether it has no clients, and its target has enough links without it. */
        boolean spare();

        /** It should get no new clients, or may have them again. */
        void suspend(boolean now, CloseReason why);

        void ping();

        void end(CloseReason reason, String detail);
    }

    LinkPulse(Subject link, EventLoop loop, int pingMillis, LinkBounds bounds) {
        this.link = link;
        this.loop = loop;
        this.interval = pingMillis;
        this.bounds = bounds;
        int shortest = pingMillis;
        for (int bound : new int[] {bounds.writeMillis(), bounds.readMillis(), bounds.idleMillis(), FRAME_MILLIS}) {
            shortest = bound == 0 ? shortest : Math.min(shortest, bound / LOOKS_PER_BOUND);
        }
        lookMillis = Math.max(SHORTEST_LOOK_MILLIS, shortest);
    }

    void begin() {
        heardAt = now();
        timer = loop.after(lookMillis, this::look);
    }

    void end() {
        loop.cancel(timer);
        timer = null;
    }

    /** Something came. */
    void heard() {
        heard = true;
    }

    private void look() {
        long now = now();
        boolean paused = link.readingPaused();
        if (heard || paused) { // what we do not read is no silence
            heard = false;
            heardAt = now;
            oldestPing = 0;
        }
        stuckSince = since(link.tookNothing(), stuckSince, now);
        unusedSince = since(link.spare(), unusedSince, now);
        if (!link.sameFrame()) {
            frameMillis = 0;
        } else if (!paused) { // no reset: who fills our memory makes us pause
            frameMillis += lookMillis;
        }
        if (!hopeless(now)) {
            long silent = now - heardAt;
            boolean mute = silent >= (long) SUSPEND_AFTER_INTERVALS * interval;
            link.suspend(mute || stuckSince != 0, mute ? CloseReason.LINK_SILENT : CloseReason.LINK_STUCK);
            if (silent >= interval && now - pinged >= interval) {
                pinged = now;
                oldestPing = oldestPing == 0 ? now : oldestPing;
                link.ping();
            }
            timer = loop.after(lookMillis, this::look);
        }
    }

    /** Ends the link when it is of no use any more. */
    private boolean hopeless(long now) {
        long silent = now - heardAt;
        if (silent >= (long) CLOSE_AFTER_INTERVALS * interval) {
            link.end(CloseReason.LINK_SILENT, "nothing heard for " + silent + " ms");
        } else if (passed(oldestPing, bounds.readMillis(), now)) {
            link.end(CloseReason.LINK_SILENT, "nothing heard for " + (now - oldestPing) + " ms since a ping");
        } else if (passed(stuckSince, bounds.writeMillis(), now)) {
            link.end(CloseReason.LINK_STUCK, "it took nothing for " + (now - stuckSince) + " ms");
        } else if (frameMillis >= FRAME_MILLIS) {
            link.end(CloseReason.LINK_STUCK, "a frame was not complete after " + frameMillis + " ms of reading");
        } else if (passed(unusedSince, bounds.idleMillis(), now)) {
            link.end(CloseReason.LINK_IDLE, "");
        } else {
            return false;
        }
        return true;
    }

    private static long since(boolean is, long before, long now) {
        if (!is) {
            return 0;
        }
        return before == 0 ? now : before;
    }

    private static boolean passed(long since, int bound, long now) {
        return since != 0 && bound != 0 && now - since >= bound;
    }

    /** The clock of the loop's timers. */
    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
