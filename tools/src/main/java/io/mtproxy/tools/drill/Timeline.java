package io.mtproxy.tools.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All requests in the order of time, and the moment of a stop signal among them. The signal is sent while no request is
 * under way: either program drops its clients at once, so a request in flight would be lost by definition and say nothing
 * of the program. Streams are not held back. Any thread.
 */
final class Timeline {

    private final ReadWriteLock underWay = new ReentrantReadWriteLock(true);
    private final List<Request> requests = new ArrayList<>();
    private final List<Request> streams = new ArrayList<>();
    private volatile boolean over;

    /** Makes one request and notes it. @return whether it was answered */
    boolean request(int client, Supplier<String> ask) {
        underWay.readLock().lock();
        try {
            return note(client, requests, ask);
        } finally {
            underWay.readLock().unlock();
        }
    }

    /** The same for a stream, which may be cut off at any time. */
    boolean stream(int client, Supplier<String> ask) {
        return note(client, streams, ask);
    }

    private static boolean note(int client, List<Request> list, Supplier<String> ask) {
        long begun = System.nanoTime();
        String failure = ask.get();
        Request request = new Request(client, begun, System.nanoTime(), failure);
        synchronized (list) {
            list.add(request);
        }
        return request.answered();
    }

    /** Waits until no request is under way, and does something before the next one. @return what it gives */
    long between(LongSupplier action) {
        underWay.writeLock().lock();
        try {
            return action.getAsLong();
        } finally {
            underWay.writeLock().unlock();
        }
    }

    /** Forgets what was begun before a moment. */
    void forget(long before) {
        for (List<Request> list : List.of(requests, streams)) {
            synchronized (list) {
                list.removeIf(request -> request.begun() - before < 0);
            }
        }
    }

    /** Requests that were begun from a moment on until another; only those that have ended. */
    List<Request> requests(long from, long until) {
        return begun(requests, from, until);
    }

    /** The same of streams. */
    List<Request> streams(long from, long until) {
        return begun(streams, from, until);
    }

    private static List<Request> begun(List<Request> list, long from, long until) {
        synchronized (list) {
            return list.stream().filter(request -> request.begun() - from >= 0 && request.begun() - until < 0).toList();
        }
    }

    /** No more requests. */
    void end() {
        over = true;
    }

    boolean over() {
        return over;
    }
}
