package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Guard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What upgrades in a row owe: nobody loses anything, and nobody waits for long. */
final class UpgradeGuards {

    /** These are for two processors that are busy to the last with the load itself, while one more JVM starts on them. */
    private static final int FROZEN_MILLIS = 400;
    private static final double SLOW_FACTOR = 2;
    private static final int SLOW_MILLIS = 1_000;
    /** Of /stats: who asks in the moment of the change may have to ask again. */
    private static final int STATS = 1;
    /** What a process opens late, or starts late, once in its life: less than one for each upgrade. */
    private static final int DESCRIPTORS = 2;
    private static final int THREADS = 4;

    private UpgradeGuards() {}

    static List<Guard> of(Upgrades upgrades) {
        List<Guard> guards = new ArrayList<>();
        guards.add(none("broken-off", "the drill is played to its end", 0, upgrades.failure().isEmpty() ? 0 : 1));
        calm(upgrades.calm(), guards);
        upgrades.hops().forEach(hop -> hop(hop, upgrades.calm(), guards));
        processes(upgrades, guards);
        return guards;
    }

    /** Nothing may be lost before the first upgrade either: else what is lost later says nothing. */
    private static void calm(Window calm, List<Guard> guards) {
        guards.add(none("before.lost", "losses of any kind before the first upgrade", 0,
                calm.lost() + Request.failed(calm.questions())));
        busy("before", calm, guards);
    }

    private static void hop(Hop hop, Window calm, List<Guard> guards) {
        String name = "upgrade-" + hop.number();
        losses(name, hop, calm, guards);
        guards.add(new Guard(name + ".frozen", "nobody is served for <= " + FROZEN_MILLIS + " ms", "ms", 0,
                hop.handover().frozen(), FROZEN_MILLIS, false));
        guards.add(Guard.time(name + ".slowest", "slowest request meanwhile", Request.slowest(calm.requests()),
                hop.slowest(hop.window().requests()), SLOW_FACTOR, SLOW_MILLIS));
        guards.add(Guard.time(name + ".visit", "slowest connect with a request meanwhile",
                Request.slowest(calm.visits()), hop.slowest(hop.window().visits()), SLOW_FACTOR, SLOW_MILLIS));
        guards.add(none(name + ".exit", "exit code of the old process is 0", 0, hop.exitCode()));
        guards.add(none(name + ".serves", "/stats is another process's than that of the one which took over", 0,
                hop.after().servedBy() == hop.handover().pid() ? 0 : 1));
        busy(name, hop.window(), guards);
    }

    private static void losses(String name, Hop hop, Window calm, List<Guard> guards) {
        Window window = hop.window();
        guards.add(none(name + ".requests", "requests without an answer", calm.unanswered(), window.unanswered()));
        guards.add(none(name + ".refused", "connects that are refused", calm.refused(), window.refused()));
        guards.add(none(name + ".dropped", "sessions that are dropped", calm.dropped(), window.dropped()));
        guards.add(none(name + ".bytes", "answers and streams with wrong bytes", calm.wrong(), window.wrong()));
        guards.add(none(name + ".counters", "counters of /stats that fall", 0, hop.falls().size()));
        guards.add(Guard.atMost(name + ".stats", "questions for /stats without an answer",
                (double) Request.failed(calm.questions()), (double) Request.failed(window.questions()), STATS));
    }

    /** Who was not asked has lost nothing. */
    private static void busy(String name, Window window, List<Guard> guards) {
        if (!window.busy()) {
            guards.add(Guard.atMost(name + ".asked", "traffic of every kind (expected: some)", 0, Double.NaN, 0));
        }
    }

    private static void processes(Upgrades upgrades, List<Guard> guards) {
        List<Long> pids = upgrades.pids();
        guards.add(none("pids", "process ids that occur twice", 0, pids.size() - new HashSet<>(pids).size()));
        grows("descriptors", upgrades.first().vitals().descriptors(), upgrades.last().vitals().descriptors(),
                DESCRIPTORS, guards);
        grows("threads", upgrades.first().vitals().threads(), upgrades.last().vitals().threads(), THREADS, guards);
        guards.add(none("stop.exit", "exit code of the last process after SIGTERM is 0", 0,
                upgrades.stop().exitCode()));
        guards.add(none("log", "lines of the log that tell of an exception", 0, upgrades.complaints()));
    }

    private static void grows(String what, long first, long last, int by, List<Guard> guards) {
        guards.add(Guard.atMost(what, what + " of the last process <= those of the first + " + by, (double) first,
                (double) last, (double) (first + by)));
    }

    private static Guard none(String id, String rule, long reference, long candidate) {
        return Guard.atMost(id, rule, (double) reference, (double) candidate, 0);
    }
}
