package io.mtproxy.tools.bench;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadWork;
import java.util.List;
import java.util.stream.Stream;

/**
 * A fixed load.
 *
 * @param name for people
 * @param unit what is counted
 * @param tls whether clients hide in TLS
 * @param work of each client
 * @param clients how many at a time
 */
record Workload(String name, Unit unit, boolean tls, LoadWork work, int clients) {

    private static final int STREAMS = 16;
    private static final long STREAM_BYTES = 16 << 20;
    private static final int REQUEST_BYTES = 256;

    /** What a load consists of. */
    enum Unit {
        /** bytes */
        STREAM("MiB/s", "CPU-s/GiB"),
        /** requests on connections that stand */
        REQUEST("/s", "CPU-us"),
        /** connections for one request each */
        HANDSHAKE("/s", "CPU-us");

        private final String speed;
        private final String cost;

        Unit(String speed, String cost) {
            this.speed = speed;
            this.cost = cost;
        }

        String speed() {
            return speed;
        }

        String cost() {
            return cost;
        }
    }

    /** All of them, scaled: 1 takes about five seconds for each program. */
    static List<Workload> all(boolean tls, double scale) {
        long bytes = (long) (STREAM_BYTES * scale) & -8;
        return Stream.of(
                new Workload("download", Unit.STREAM, tls, streams(LoadMode.DOWN, bytes), STREAMS),
                new Workload("upload", Unit.STREAM, tls, streams(LoadMode.UP, bytes), STREAMS),
                new Workload("ping-pong", Unit.REQUEST, tls, requests(times(2000, scale)), 1),
                new Workload("ping-pong", Unit.REQUEST, tls, requests(times(300, scale)), 64),
                new Workload("handshakes", Unit.HANDSHAKE, tls, LoadWork.churn(times(100, scale)), STREAMS)).toList();
    }

    private static int times(int full, double scale) {
        return Math.max(1, (int) (full * scale));
    }

    /** Neither side is to be more than a client's usual window behind: else C closes. */
    private static LoadWork streams(LoadMode mode, long bytes) {
        return LoadWork.streams(mode, bytes).windows(LoadWork.DOWN_WINDOW, LoadWork.DOWN_WINDOW);
    }

    private static LoadWork requests(int count) {
        return new LoadWork(LoadMode.ECHO, count, REQUEST_BYTES, REQUEST_BYTES, 0, LoadWork.CHUNK,
                LoadWork.DOWN_WINDOW, LoadWork.UP_WINDOW, 0);
    }

    /** With the number of clients and the way they come. */
    String label() {
        return name + " c=" + clients + (tls ? " tls" : "");
    }
}
