package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.load.ClientSettings;
import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** One client, which notes how each attempt ends. Used by one thread. */
final class Caller {

    private static final int MIN_SIZE = 16;
    private static final int MAX_SIZE = 4096;
    /** Every so manieth request wants a quick acknowledgement. */
    private static final int QUICK_ACK_EVERY = 4;

    private final ClientSettings settings;
    private final Outcome outcome;
    private final SplittableRandom random;

    Caller(ClientSettings settings, Outcome outcome, SplittableRandom random) {
        this.settings = settings;
        this.outcome = outcome;
        this.random = random;
    }

    /** Waits for a part of the pause, so that many clients do not march in step. */
    Caller stagger(Duration pause) {
        LockSupport.parkNanos(random.nextLong(pause.toNanos()));
        return this;
    }

    /** Connects anew so many times, each for some requests at once. */
    void visits(int connections, int requests, Duration pause) {
        Pace pace = new Pace(pause);
        for (int i = 0; i < connections; i++) {
            pace.await();
            talk(requests, Duration.ZERO);
        }
    }

    /** Connects once and sends requests. */
    void talk(int requests, Duration pause) {
        int left = requests;
        try (LoadExchange exchange = connect()) {
            Pace pace = new Pace(pause);
            for (; left > 0; left--) {
                pace.await();
                request(exchange, left % QUICK_ACK_EVERY == 0);
            }
        } catch (IOException | ProtocolException e) {
            outcome.requests().failed(Reasons.of(e), left);
        }
    }

    /** Connects once and streams. */
    void stream(int times, int bytes, Duration pause) {
        LoadWork work = LoadWork.streams(LoadMode.BOTH, bytes).windows(LoadWork.DOWN_WINDOW, LoadWork.DOWN_WINDOW);
        int left = times;
        try (LoadExchange exchange = connect()) {
            Pace pace = new Pace(pause);
            for (; left > 0; left--) {
                pace.await();
                long start = System.nanoTime();
                exchange.streams(bytes, bytes, work);
                outcome.stream().since(start);
                outcome.streams().succeeded();
            }
        } catch (IOException | ProtocolException e) {
            outcome.streams().failed(Reasons.of(e), left);
        }
    }

    private LoadExchange connect() throws IOException {
        long start = System.nanoTime();
        LoadExchange exchange = null;
        try {
            exchange = new LoadExchange(settings, random);
            outcome.tcp().since(start);
            exchange.echo(size(), false);
            outcome.connect().since(start);
            outcome.connects().succeeded();
            return exchange;
        } catch (IOException | ProtocolException e) {
            outcome.connects().failed(Reasons.of(e));
            if (exchange != null) {
                exchange.close();
            }
            throw e;
        }
    }

    private void request(LoadExchange exchange, boolean quickAck) throws IOException {
        long start = System.nanoTime();
        exchange.echo(size(), quickAck);
        outcome.request().since(start);
        outcome.requests().succeeded();
    }

    private int size() {
        return random.nextInt(MIN_SIZE, MAX_SIZE + 1);
    }
}
