package io.mtproxy.tools.load;

import io.mtproxy.wire.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.SplittableRandom;

/** One client of a load, from its first connection to its last; runs on a virtual thread. */
final class LoadClient implements Runnable {

    private final ClientSettings settings;
    private final LoadWork work;
    private final LoadTally tally;
    private final SplittableRandom random;

    LoadClient(ClientSettings settings, LoadWork work, LoadTally tally, SplittableRandom random) {
        this.settings = settings;
        this.work = work;
        this.tally = tally;
        this.random = random;
    }

    @Override
    public void run() {
        int connections = work.mode() == LoadMode.CHURN ? work.rounds() : 1;
        for (int i = 0; i < connections; i++) {
            connection();
        }
    }

    private void connection() {
        long start = System.nanoTime();
        try (LoadExchange exchange = new LoadExchange(settings, random)) {
            exchange.echo(size(), false);
            tally.handshake(System.nanoTime() - start);
            work(exchange);
        } catch (IOException | ProtocolException e) {
            tally.failed(reason(e));
        }
    }

    private void work(LoadExchange exchange) throws IOException {
        switch (work.mode()) {
            case ECHO -> echoes(exchange);
            case DOWN -> streams(exchange, work.streamBytes(), 0);
            case UP -> streams(exchange, 0, work.streamBytes());
            case BOTH -> streams(exchange, work.streamBytes(), work.streamBytes());
            case CHURN -> {
                // the first request was all
            }
        }
    }

    private void echoes(LoadExchange exchange) throws IOException {
        for (int i = 0; i < work.rounds(); i++) {
            boolean quickAck = work.quickAckEvery() > 0 && i % work.quickAckEvery() == 0;
            int size = size();
            long start = System.nanoTime();
            exchange.echo(size, quickAck);
            tally.request(System.nanoTime() - start, size, quickAck);
        }
    }

    private void streams(LoadExchange exchange, long down, long up) throws IOException {
        for (int i = 0; i < work.rounds(); i++) {
            exchange.streams(down, up, work);
            tally.streamed(down, up);
        }
    }

    private int size() {
        return random.nextInt(work.minSize(), work.maxSize() + 1);
    }

    /** Few and the same for the same cause: they are counted. */
    private static String reason(Exception e) {
        return switch (e) {
            case SocketTimeoutException timeout -> "no answer in time";
            case ConnectException refused -> "connection refused";
            case EOFException closed -> "closed by the proxy";
            case SocketException reset -> "reset by the proxy";
            case ProtocolException broken -> "broken packet: " + broken.getMessage();
            default -> String.valueOf(e.getMessage());
        };
    }
}
