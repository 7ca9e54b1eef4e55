package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.events.Events;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.wire.crypto.CtrCiphers;
import io.mtproxy.wire.faketls.Noise;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Telegram without middle proxies, for one event loop: a connection to its data centre for each client. */
public final class DirectCentres implements Telegram {
    private static final int MOST_LEFT = 1024;

    private static final Origin NOWHERE = new Origin(0, Transport.PADDED, Endpoint.NONE, Endpoint.NONE, null);
    /** Of a lane whose client has gone. */
    private static final LaneClient NOBODY = new LaneClient() {
        @Override
        public void answer(byte[] b, int off, int len) {}

        @Override
        public void acknowledge(int confirm) {}

        @Override
        public void pause(boolean paused) {}

        @Override
        public void ended(CloseReason reason) {}
    };

    final EventLoop loop;
    final DirectSettings settings;
    final Counters counters;
    /** For headers, which are seen: one who knows some may not know the next. */
    final Noise random = new Noise(new SecureRandom());
    final CtrCiphers ciphers = new CtrCiphers();
    private final Events events;
    private final Map<Integer, Centre> centres = new HashMap<>();
    /** Numbers that clients named and nobody serves; a 16-bit number each, so that they cannot become many. */
    private final Set<Integer> unknown = new LinkedHashSet<>();
    private final Set<DirectLane> lanes = new LinkedHashSet<>();
    /** Those whose client has gone, the longest ago first; they end soon, and nobody else bounds them. */
    private final Set<DirectLane> left = new LinkedHashSet<>();
    private boolean readingPaused;

    /** Nothing is dialled before a client needs it. */
    public DirectCentres(EventLoop loop, DirectSettings settings, Counters counters, Events events) {
        this.loop = loop;
        this.settings = settings;
        this.counters = counters;
        this.events = events;
        settings.centres().addresses().forEach((dc, addresses) -> centres.put(dc, new Centre(dc, addresses, events)));
    }

    @Override
    public TelegramState saveLinks() {
        return new TelegramState(List.of(), 0,
                left.stream().map(DirectLane::save).filter(lane -> lane.descriptor() >= 0).toList());
    }

    @Override
    public void adoptLinks(TelegramState saved) throws IOException {
        for (LaneState.Direct lane : saved.left()) {
            adopt(NOBODY, NOWHERE, lane);
        }
    }

    @Override
    public Lane adopt(LaneClient client, Origin origin, LaneState saved) throws IOException {
        if (!(saved instanceof LaneState.Direct direct)) {
            throw new IllegalArgumentException("a direct lane is expected, not " + saved.getClass());
        }
        DirectLane lane = new DirectLane(this, client, origin, centres.get(settings.centres().serving(origin.dc())),
                direct);
        lanes.add(lane);
        lane.adopt(direct);
        return lane;
    }

    /** Whether a data centre has an address. */
    boolean serves(int dc) {
        return settings.centres().serving(dc) != 0;
    }

    @Override
    public Lane open(LaneClient client, Origin origin) {
        Centre centre = centres.get(settings.centres().serving(origin.dc()));
        DirectLane lane = new DirectLane(this, client, origin, centre);
        lanes.add(lane);
        lane.pauseReading(readingPaused);
        lane.dial();
        return lane;
    }

    @Override
    public void pauseReading(boolean paused) {
        readingPaused = paused;
        lanes.forEach(lane -> lane.pauseReading(paused));
    }

    @Override
    public void shutDown() {
        List.copyOf(lanes).forEach(DirectLane::shutDown);
    }

    void remove(DirectLane lane) {
        lanes.remove(lane);
        left.remove(lane);
    }

    /** The lane's client has gone, and it has something for Telegram still. */
    void left(DirectLane lane) {
        left.add(lane);
        if (left.size() > MOST_LEFT) {
            left.iterator().next().drop();
        }
    }

    @Override
    public void relieve() {
        List.copyOf(left).forEach(DirectLane::drop);
    }

    /** A client names a data centre that has no address. */
    void unknown(int dc) {
        counters.increment(Counter.DIRECT_UNKNOWN);
        if (unknown.add(dc)) {
            events.on(new Event.UnknownCentre(dc));
        }
    }
}
