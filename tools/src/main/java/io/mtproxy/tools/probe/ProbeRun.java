package io.mtproxy.tools.probe;

import io.mtproxy.wire.ProtocolException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Tries probe after probe. Rounds come one after the other; those that wait long for something, many at a time. */
public final class ProbeRun {

    /** With so few rounds that times are not judged, so many probes go on at once. */
    private static final int PROBES_AT_ONCE = 16;
    /** A round that takes longer has waited for a time limit of the other side, or for its own. */
    private static final long WAITS_NANOS = 1_500_000_000;

    private final ProbePlan plan;

    private ProbeRun(ProbePlan plan) {
        this.plan = plan;
    }

    /**
     * Tries all.
     *
     * @param each told of every probe as soon as it and those before it are done
     */
    public static ProbeReport run(ProbePlan plan, Consumer<Finding> each) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        try (ExecutorService probes = threads(atOnce(plan))) {
            List<Future<Finding>> running = new ArrayList<>();
            ProbeRun run = new ProbeRun(plan);
            for (Probe probe : plan.probes()) {
                running.add(probes.submit(() -> run.find(probe)));
            }
            for (Future<Finding> finding : running) {
                findings.add(finding.get());
                each.accept(findings.getLast());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        return new ProbeReport(plan.rounds(), plan.paths(), findings);
    }

    private static int atOnce(ProbePlan plan) {
        return plan.rounds() < Timing.LEAST ? Math.min(plan.parallel(), PROBES_AT_ONCE) : 1;
    }

    private static ExecutorService threads(int count) {
        return Executors.newFixedThreadPool(count, Thread.ofVirtual().factory());
    }

    private Finding find(Probe probe) throws InterruptedException {
        try {
            return Finding.of(probe.name(), trials(probe), plan.paths());
        } catch (IOException | ProtocolException e) {
            return Finding.failed(probe.name(), String.valueOf(e.getMessage()));
        }
    }

    private List<Trial> trials(Probe probe) throws IOException, InterruptedException {
        List<Trial> trials = new ArrayList<>();
        long start = System.nanoTime();
        trials.add(round(probe));
        boolean waits = System.nanoTime() - start > WAITS_NANOS;
        try (ExecutorService rounds = threads(waits ? plan.parallel() : 1)) {
            List<Future<Trial>> running = new ArrayList<>();
            Callable<Trial> round = () -> round(probe);
            for (int i = 1; i < plan.rounds(); i++) {
                running.add(rounds.submit(round));
            }
            for (Future<Trial> trial : running) {
                trials.add(result(trial));
            }
        }
        return trials;
    }

    private static Trial result(Future<Trial> trial) throws IOException, InterruptedException {
        try {
            return trial.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Trial round(Probe probe) throws IOException {
        List<Step> steps = probe.script()
                .make(new Material(plan.proxy(), plan.domain(), plan.secret(), new SecureRandom()));
        Observation before = Conversation.hold(plan.site(), steps, plan.patience());
        Observation proxy = Conversation.hold(plan.proxy(), steps, plan.patience());
        return new Trial(before, proxy, Conversation.hold(plan.site(), steps, plan.patience()));
    }
}
