package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** A client that connects for one request, again and again: somebody has to listen all the time. One thread. */
final class Newcomer implements Runnable {

    private static final int SIZE = 256;

    private final int number;
    private final ClientSettings settings;
    private final Timeline timeline;
    private final SplittableRandom random;

    Newcomer(int number, ClientSettings settings, Timeline timeline, SplittableRandom random) {
        this.number = number;
        this.settings = settings;
        this.timeline = timeline;
        this.random = random;
    }

    @Override
    public void run() {
        while (!timeline.over()) {
            timeline.visit(number, this::visit);
            LockSupport.parkNanos(random.nextLong(DrillScale.PAUSE.toNanos()));
        }
    }

    private String visit() {
        try (LoadExchange exchange = new LoadExchange(settings, random)) {
            exchange.echo(SIZE, false);
            return "";
        } catch (IOException | ProtocolException e) {
            return Reasons.of(e);
        }
    }
}
