package io.mtproxy.tools.stability;

import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.ProxyStats;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads {@code /stats} all the time: counters may not fall, and somebody has to listen. Made and closed by one thread. */
public final class CounterWatch implements AutoCloseable {
    private static final List<String> COUNTERS = List.of("ingress_accepted_connections", "ingress_closed_connections",
            "ingress_frames_received", "ingress_frames_returned", "ingress_bytes_received", "ingress_bytes_returned",
            "inbound_connections_accepted", "dataplane_sessions_created", "dataplane_sessions_closed",
            "dataplane_packets_total", "dataplane_bytes_total", "forward_successful", "forward_bytes",
            "tot_forwarded_queries", "tot_forwarded_responses", "tot_forwarded_simple_acks", "ext_connections_created",
            "outbound_dials", "outbound_sends", "outbound_bytes_sent", "outbound_responses", "outbound_pool_hits",
            "outbound_connections_created", "closed_client_closed", "ingress_tls_answered", "http_queries",
            "tcp_readv_calls", "tcp_readv_bytes", "tcp_writev_calls", "tcp_writev_bytes", "epoll_calls", "timer_ops");
    private static final int PAUSE_MILLIS = 10;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final ProxyProcess proxy;
    private final Map<String, Long> highest = new HashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicInteger readings = new AtomicInteger();
    private final Thread thread;
    private volatile boolean enough;

    /** Reads from now on. */
    public CounterWatch(ProxyProcess proxy) {
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
        } catch (IOException e) {
            // the next reading counts
        } catch (IllegalArgumentException e) {
            if (!String.valueOf(e.getMessage()).contains("has no key")) { // a page that was cut lacks its end
                complaints.add("/stats: " + e);
            }
        }
    }

    private void compare(String key, long now) {
        long before = highest.merge(key, now, Math::max);
        if (now < before) {
            complaints.add(key + " fell from " + before + " to " + now);
        }
    }

    /** Waits until counters were read that are of after this moment. */
    public void awaitReading() {
        int wanted = readings.get() + 2;
        Await.until("counters are told", SOON, () -> readings.get() >= wanted || !complaints.isEmpty());
    }

    /** A line for each reading that should not have been. */
    public List<String> complaints() {
        return List.copyOf(complaints);
    }

    @Override
    public void close() {
        enough = true;
        Await.until("the watch ends", SOON, () -> !thread.isAlive());
    }
}
