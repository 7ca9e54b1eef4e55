package io.mtproxy.tools.it;

import io.mtproxy.tools.load.LoadExchange;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Sessions that go on all the time, and clients that come and go; whatever happens to one is kept. */
final class Traffic implements AutoCloseable {
    /** How many sessions go on. */
    static final int SESSIONS = 12;
    private static final int LARGEST = 40_000;

    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile boolean enough;

    Traffic(LoadTarget target) {
        for (int i = 0; i < SESSIONS; i++) {
            int client = i;
            threads.add(Thread.ofVirtual().start(() -> run(target, client, Integer.MAX_VALUE)));
        }
        for (int i = 0; i < 3; i++) {
            int client = i;
            threads.add(Thread.ofVirtual().start(() -> {
                while (!enough) {
                    run(target, client, 2);
                }
            }));
        }
    }

    private void run(LoadTarget target, int client, int requests) {
        SplittableRandom random = new SplittableRandom(client);
        try (LoadExchange exchange = new LoadExchange(target.client(client), random)) {
            for (int i = 0; i < requests && !enough; i++) {
                exchange.echo(random.nextInt(LARGEST), random.nextBoolean());
                answers.incrementAndGet();
                Thread.sleep(random.nextInt(20)); // leaves the machine some time for reloading
            }
        } catch (IOException e) {
            failures.add("client " + client + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A line for each client that did not get what it wanted. */
    Queue<String> failures() {
        return failures;
    }

    void awaitAnswers(int more) {
        int wanted = answers.get() + more;
        Await.until(more + " more answers", Harness.SOON, () -> answers.get() >= wanted || !failures.isEmpty());
    }

    @Override
    public void close() {
        enough = true;
        Await.until("traffic ends", Harness.SOON, () -> threads.stream().noneMatch(Thread::isAlive));
    }
}
