package io.mtproxy.proxy.client;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.net.EventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the buffers of a loop within their bound. Above half of it strangers go, and if that is not enough Telegram has to
 * wait: its links are not read until three eighths are left. That is meant for clients who are all a little slower than Telegram; nobody may keep it waiting for
 * long. After a fifth of a second those go that have moved nothing meanwhile, until an eighth is left; after a second the
 * slowest; where the bound itself is reached they go at once: first who was passed on to the site, then who has proven
 * nothing yet, then whose packet rests half sent, then who takes the least of what waits; among equals the one that holds
 * most. No client may hold more than a quarter of the bound ({@link ClientSettings#maxOutput}), so that one alone keeps
 * nobody waiting.
 */
final class MemoryGuard {
    private static final int LOOK_MILLIS = 10;
    private static final int PATIENCE_LOOKS = 20;
    private static final int MOST_LOOKS = 100;
    private static final int REST_MILLIS = 1000;

    private final Clients clients;
    private final EventLoop loop;
    private final long bound;
    private final long resumeBelow;
    private boolean waiting;
    /** Telegram has waited for long, and what is held is not held by clients. */
    private boolean resting;
    private int looks;
    /** Who holds what since Telegram waits, as it was first seen. */
    private final Map<ClientConnection, Mark> marks = new HashMap<>();

    private record Mark(int look, long taken, long held) {}

    /** Whom to close, in the order of these. */
    private enum Rank {
        /** the site's */
        PASSED_ON,
        UNPROVEN,
        /** nothing waits for it, and nothing came */
        IDLE,
        /** took nothing */
        STALLED,
        SLOW,
        /** not known yet, or it holds nothing */
        SPARED
    }

    private record Holder(ClientConnection client, Rank rank, long taken, long held) {
        /** One who has proven nothing is judged by what it holds alone. */
        static Holder stranger(ClientConnection client, Rank rank) {
            long held = client.held();
            return new Holder(client, held > 0 ? rank : Rank.SPARED, 0, held);
        }

        void end() {
            switch (rank) {
                case PASSED_ON -> client.abort(CloseReason.CLIENT_UNPROVEN_EVICTED); // as where the site gives up
                case UNPROVEN -> client.close(CloseReason.CLIENT_UNPROVEN_EVICTED);
                default -> client.close(CloseReason.CLIENT_MEMORY);
            }
        }
    }

    MemoryGuard(Clients clients, long bound) {
        this.clients = clients;
        this.loop = clients.loop;
        this.bound = bound;
        this.resumeBelow = bound / 8 * 3;
    }

    void begin() {
        loop.limitMemory(bound / 2, this::relieve);
    }

    private void relieve() {
        clients.telegram.relieve();
        if (inUse() > bound) {
            shed(bound / 4 * 3, Rank.SLOW);
        }
        if (waiting || resting) {
            return;
        }
        shed(resumeBelow, Rank.UNPROVEN); // Telegram does not wait for strangers
        if (inUse() > bound / 2) {
            waiting = true;
            looks = 0;
            mark();
            clients.telegram.pauseReading(true);
            loop.after(LOOK_MILLIS, this::look);
        }
    }

    private void look() {
        looks++;
        mark(); // whoever began to hold something meanwhile
        if (inUse() > resumeBelow && looks >= PATIENCE_LOOKS) {
            shed(bound / 8, Rank.IDLE);
            if (inUse() > resumeBelow) {
                shed(bound / 8, Rank.STALLED);
            }
            if (looks >= MOST_LOOKS) {
                shed(resumeBelow, Rank.SLOW);
            }
        }
        if (inUse() <= resumeBelow || looks >= MOST_LOOKS) {
            waiting = false;
            marks.clear();
            clients.telegram.pauseReading(false);
            if (inUse() > resumeBelow) {
                resting = true;
                loop.after(REST_MILLIS, () -> resting = false);
            }
        } else {
            loop.after(LOOK_MILLIS, this::look);
        }
    }

    private long inUse() {
        return loop.buffers().bytesInUse();
    }

    private void mark() {
        for (ClientConnection client : clients.sessions()) {
            long held = client.held();
            Mark before = marks.get(client);
            boolean moved = before != null && before.held != held && !client.hasOutput(); // more of its packet has come
            if (held > 0 && (before == null || moved)) {
                marks.put(client, new Mark(looks, client.taken(), held));
            }
        }
    }

    /** Closes clients down to the rank, until no more than so many bytes are in use. */
    private void shed(long target, Rank last) {
        for (Holder holder : holders()) {
            if (inUse() <= target || holder.rank.compareTo(last) > 0) {
                return; // the rest is what links hold, which have bounds of their own
            }
            holder.end();
        }
    }

    private List<Holder> holders() {
        List<Holder> holders = new ArrayList<>();
        for (ClientConnection client : clients.passedOn()) {
            holders.add(Holder.stranger(client, Rank.PASSED_ON));
        }
        for (ClientConnection client : clients.unproven()) {
            holders.add(Holder.stranger(client, Rank.UNPROVEN));
        }
        for (ClientConnection client : clients.sessions()) {
            holders.add(judge(client));
        }
        holders.sort(Comparator.comparing(Holder::rank).thenComparingLong(Holder::taken)
                .thenComparing(Comparator.comparingLong(Holder::held).reversed()));
        return holders;
    }

    private Holder judge(ClientConnection client) {
        Mark mark = marks.get(client);
        long held = client.held();
        long taken = mark == null ? 0 : client.taken() - mark.taken;
        Rank rank = Rank.SLOW;
        if (held == 0) {
            rank = Rank.SPARED;
        } else if (!client.hasOutput()) {
            rank = mark != null && looks - mark.look >= PATIENCE_LOOKS / 2 ? Rank.IDLE : Rank.SLOW;
        } else if (mark != null && taken == 0 && looks - mark.look >= PATIENCE_LOOKS) {
            rank = Rank.STALLED;
        }
        return new Holder(client, rank, taken, held);
    }
}
