package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client that streams in both directions, one stream after the other; cut off, it connects anew. One thread. */
final class Streamer implements Runnable {

    private static final long BYTES = 512 << 10;
    private static final LoadWork WORK = LoadWork.streams(LoadMode.BOTH, BYTES).windows(LoadWork.DOWN_WINDOW,
            LoadWork.DOWN_WINDOW);

    private final int number;
    private final ClientSettings settings;
    private final Timeline timeline;
    private final SplittableRandom random;
    private @Nullable LoadExchange exchange;

    Streamer(int number, ClientSettings settings, Timeline timeline, SplittableRandom random) {
        this.number = number;
        this.settings = settings;
        this.timeline = timeline;
        this.random = random;
    }

    @Override
    public void run() {
        while (!timeline.over()) {
            timeline.stream(number, this::stream);
            LockSupport.parkNanos(DrillScale.RETRY.toNanos());
        }
        drop();
    }

    private String stream() {
        try {
            LoadExchange open = exchange;
            if (open == null) {
                open = new LoadExchange(settings, random);
                exchange = open;
            }
            open.streams(BYTES, BYTES, WORK);
            return "";
        } catch (IOException | ProtocolException e) {
            drop();
            return Reasons.of(e);
        }
    }

    private void drop() {
        LoadExchange open = exchange;
        exchange = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // it was over anyway
            return;
        }
    }
}
