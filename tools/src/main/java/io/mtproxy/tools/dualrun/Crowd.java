package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.load.LoadTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Clients at the same time, each on a virtual thread. One thread drives it. */
final class Crowd {

    private final LoadTarget target;
    private final Outcome outcome = new Outcome();
    private final SplittableRandom random;
    private final List<Thread> threads = new ArrayList<>();

    /** With numbers drawn from a seed: the same traffic for whoever is given the same. */
    Crowd(LoadTarget target, long seed) {
        this.target = target;
        this.random = new SplittableRandom(seed);
    }

    /** Sends further clients; transports and data centres go round. */
    Crowd add(int clients, Consumer<Caller> life) {
        for (int i = 0; i < clients; i++) {
            Caller caller = new Caller(target.client(i), outcome, random.split());
            threads.add(Thread.ofVirtual().name("caller " + threads.size()).start(() -> life.accept(caller)));
        }
        return this;
    }

    /** Whether all are done. */
    boolean done() {
        return threads.stream().noneMatch(Thread::isAlive);
    }

    /** Waits until all are done; each gives up by itself. */
    Outcome await() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
        return outcome;
    }
}
