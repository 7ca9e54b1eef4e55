package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.events.Counters;
import java.io.IOException;

/**
 * Both ways to Telegram, for one event loop: middle proxies as long as they serve the data centre, else a direct connection.
 * Direct connections show no promoted channel, so that with a tag there is no such exception. A session keeps its way.
 */
public final class AutoTelegram implements Telegram {
    private final MiddleProxies middle;
    private final DirectCentres direct;
    private final Counters counters;

    /** Both on one loop. */
    public AutoTelegram(MiddleProxies middle, DirectCentres direct, Counters counters) {
        this.middle = middle;
        this.direct = direct;
        this.counters = counters;
    }

    @Override
    public Lane open(LaneClient client, Origin origin) {
        if (middle.settings.tag() == null && middle.unreachable(origin.dc()) && direct.serves(origin.dc())) {
            counters.increment(Counter.DIRECT_FALLBACKS);
            middle.demand(origin.dc());
            return direct.open(client, origin);
        }
        return middle.open(client, origin);
    }

    @Override
    public TelegramState saveLinks() {
        TelegramState links = middle.saveLinks();
        return new TelegramState(links.links(), links.laneGeneration(), direct.saveLinks().left());
    }

    @Override
    public void adoptLinks(TelegramState saved) throws IOException {
        middle.adoptLinks(saved);
        direct.adoptLinks(saved);
    }

    @Override
    public Lane adopt(LaneClient client, Origin origin, LaneState saved) throws IOException {
        return saved instanceof LaneState.Direct
                ? direct.adopt(client, origin, saved)
                : middle.adopt(client, origin, saved);
    }

    @Override
    public void adopted() {
        middle.adopted();
    }

    @Override
    public void pauseReading(boolean paused) {
        middle.pauseReading(paused);
        direct.pauseReading(paused);
    }

    @Override
    public void relieve() {
        direct.relieve();
    }

    @Override
    public void shutDown() {
        middle.shutDown();
        direct.shutDown();
    }
}
