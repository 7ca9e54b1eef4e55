package io.mtproxy.tools.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * All requests in the order of time, and the moment of a stop signal among them. The signal is sent while no request is
 * under way: either program drops its clients at once, so a request in flight would be lost by definition and say nothing
 * of the program. Streams are not held back. An upgrade has no such signal. Any thread.
 */
final class Timeline {

    private final ReadWriteLock underWay = new ReentrantReadWriteLock(true);
    private final List<Request> requests = new ArrayList<>();
    private final List<Request> streams = new ArrayList<>();
    private final List<Request> visits = new ArrayList<>();
    private final List<Request> questions = new ArrayList<>();
    private final List<Request> breaks = new ArrayList<>();
    private volatile boolean over;

    /** Makes one request and notes it. @return whether it was answered */
    boolean request(int client, Supplier<String> ask) {
        return held(client, requests, ask);
    }

    /** The same for one that connects, asks and goes. */
    boolean visit(int client, Supplier<String> ask) {
        return held(client, visits, ask);
    }

    /** The same for a question for the counters. */
    boolean question(Supplier<String> ask) {
        return held(0, questions, ask);
    }

    /** A client has lost a connection, with an answer due or not. */
    void brokeOff(int client, String reason) {
        note(client, breaks, () -> reason);
    }

    private boolean held(int client, List<Request> list, Supplier<String> ask) {
        underWay.readLock().lock();
        try {
            return note(client, list, ask);
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
    <T> T between(Supplier<T> action) {
        underWay.writeLock().lock();
        try {
            return action.get();
        } finally {
            underWay.writeLock().unlock();
        }
    }

    /** Forgets what was begun before a moment. */
    void forget(long before) {
        for (List<Request> list : List.of(requests, streams, visits, questions, breaks)) {
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

    /** What ended from a moment on until another. */
    Window ended(long from, long until) {
        return new Window(ended(requests, from, until), ended(streams, from, until), ended(visits, from, until),
                ended(questions, from, until), ended(breaks, from, until));
    }

    private static List<Request> ended(List<Request> list, long from, long until) {
        synchronized (list) {
            return list.stream().filter(request -> request.ended() - from >= 0 && request.ended() - until < 0).toList();
        }
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
