package io.mtproxy.tools.it;

import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.ProxyStats;
import java.io.IOException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads {@code /stats} all the time: counters may not fall, and somebody has to listen. */
final class CounterWatch implements AutoCloseable {
    private static final List<String> COUNTERS = List.of("ingress_accepted_connections", "inbound_connections_accepted",
            "dataplane_sessions_created", "dataplane_packets_total", "dataplane_bytes_total", "ingress_frames_received",
            "tot_forwarded_queries", "tot_forwarded_responses", "tot_forwarded_simple_acks");
    private static final int PAUSE_MILLIS = 10;

    private final ProxyProcess proxy;
    private final Map<String, Long> highest = new HashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readings = new AtomicInteger();
    private final Thread thread;
    private volatile boolean enough;

    CounterWatch(ProxyProcess proxy) {
        this.proxy = proxy;
        thread = Thread.ofVirtual().name("counter watch").start(this::watch);
    }

    private void watch() {
        try {
            while (!enough) {
                read();
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A page that is cut off is no complaint: its reader asks again. */
    private void read() {
        try {
            ProxyStats stats = proxy.stats();
            COUNTERS.forEach(key -> compare(key, stats.number(key)));
            readings.incrementAndGet();
        } catch (ConnectException e) {
            complaints.add("/stats: " + e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            // the next reading counts
        }
    }

    private void compare(String key, long now) {
        long before = highest.merge(key, now, Math::max);
        if (now < before) {
            complaints.add(key + " fell from " + before + " to " + now);
        }
    }

    /** Waits until counters were read that are of after this moment. */
    void awaitReading() {
        int wanted = readings.get() + 2;
        Await.until("counters are told", Harness.SOON, () -> readings.get() >= wanted || !complaints.isEmpty());
    }

    /** A line for each reading that should not have been. */
    Queue<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        enough = true;
        Await.until("the watch ends", Harness.SOON, () -> !thread.isAlive());
    }
}
