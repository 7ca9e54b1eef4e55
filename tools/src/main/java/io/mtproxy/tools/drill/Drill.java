package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Environment;
import io.mtproxy.tools.acceptance.Guard;
import io.mtproxy.tools.acceptance.Ports;
import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Reasons;
import io.mtproxy.tools.acceptance.Report;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Samples;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.acceptance.StatsPage;
import io.mtproxy.tools.acceptance.Table;
import io.mtproxy.tools.drill.Step.Kind;
import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The drill: the reference serves and is restarted; then the symlink leads to the candidate and the service is restarted;
 * then back. Clients keep coming all the time. One thread drives it.
 */
public final class Drill {

    private static final List<String> NOTES = List.of(
            "The stop signal is sent in a moment without a request under way: both programs drop their clients at "
                    + "once. Streams are cut off at any point.",
            "start: until clients can connect and /stats answers. main loop: until the program says that it serves.",
            "early: the reference drops what comes between its main loop and the moment in which its links to Telegram "
                    + "are up. Requests begun in between (its first answer ends it) are counted as the switch, in the "
                    + "baseline and in the rollback; whom it left waiting then is not counted in the rollback's time until "
                    + "all are back, but is in the baseline's. The candidate has no such grace.");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final long FOREVER = Long.MAX_VALUE / 2;
    /** Questions for the counters in each part of a step. */
    private static final int QUESTIONS = 5;

    /** A step that was played, and what runs since. */
    private record Turn(ProgramRun run, Step step) {}

    private final Stage stage;
    private final RunFolder folder;
    private final Program reference;
    private final Program candidate;
    private final DrillScale scale;
    private final Ports ports;
    private final Switch service;
    private final Timeline timeline = new Timeline();
    private final Map<Role, String> versions = new EnumMap<>(Role.class);
    private final List<Map<String, Object>> steps = new ArrayList<>();
    private final List<String> notes = new ArrayList<>(NOTES);
    private final List<Guard> guards = new ArrayList<>();
    private final Table table = new Table("step", "stop ms", "start ms", "main loop ms", "all back ms", "heard back ms",
            "before",
            "failed", "switch", "failed", "early", "failed", "after", "failed");

    /** Prepares one; the stage stays the caller's. */
    public Drill(Stage stage, RunFolder folder, Program reference, Program candidate, DrillScale scale)
            throws IOException {
        this.stage = stage;
        this.folder = folder;
        this.reference = reference;
        this.candidate = candidate;
        this.scale = scale;
        this.ports = Ports.free();
        this.service = new Switch(stage.directory());
    }

    /**
     * Plays it all; takes minutes.
     *
     * @throws IllegalStateException when already the first start of the reference fails
     */
    public Report play() throws IOException, InterruptedException {
        Map<String, Object> environment = Environment.read();
        service.to(reference);
        ProgramRun run = stage.launch(service.path(), ports, folder.log("0-first"));
        run.awaitMainLoop();
        run.awaitServing(stage.target(ports));
        versions.put(Role.REFERENCE, version());
        Crowd clients = Crowd.start(stage.target(ports), scale, timeline);
        double brokenOff = 0;
        try {
            for (int round = 1; round <= scale.rounds(); round++) {
                run = round(round, run);
            }
        } catch (IllegalStateException e) {
            brokenOff = 1;
            notes.add("broken off: " + e.getMessage());
        }
        guards.addFirst(Guard.atMost("broken-off", "the drill is played to its end", 0, brokenOff, 0));
        clients.end();
        run.stop();
        return new Report("Cutover drill", environment, versions, scale.asMap("rounds"), Map.of("steps", steps),
                table.lines(),
                guards, notes);
    }

    private ProgramRun round(int round, ProgramRun first) throws IOException, InterruptedException {
        Turn baseline = step(round, Kind.BASELINE, first, reference);
        Turn cutover = step(round, Kind.CUTOVER, baseline.run(), candidate);
        Turn rollback = step(round, Kind.ROLLBACK, cutover.run(), reference);
        guards.addAll(DrillGuards.of(round, baseline.step(), cutover.step()));
        guards.addAll(DrillGuards.of(round, baseline.step(), rollback.step()));
        return rollback.run();
    }

    private Turn step(int round, Kind kind, ProgramRun old, Program next) throws IOException, InterruptedException {
        long begin = timeline.between(System::nanoTime);
        timeline.forget(begin);
        int answered = steady();
        service.to(next);
        long signal = timeline.between(old::terminate);
        ProgramRun.Stop stop = old.awaitStop(signal);
        ProgramRun run = stage.launch(service.path(), ports, folder.log(round + "-" + kind.label()));
        double mainLoop = run.awaitMainLoop();
        long serving = System.nanoTime();
        double start = run.awaitListening();
        double back = awaitBack(signal, serving);
        answered += steady();
        long end = timeline.between(System::nanoTime);
        versions.putIfAbsent(next.role(), version());
        long linked = next.role() == Role.REFERENCE ? firstAnswer(serving) : serving;
        double heard = next.role() == Role.REFERENCE ? backOfHeard(signal, serving, linked) : back;
        Step step = new Step(kind, stop.millis(), stop.exitCode(), mainLoop, start, back, heard,
                timeline.requests(begin, signal), timeline.requests(signal, serving),
                timeline.requests(serving, linked), timeline.requests(linked, end), timeline.streams(begin, end),
                answered, 2 * QUESTIONS);
        tell(round, step);
        return new Turn(run, step);
    }

    /** Lets traffic run, and asks for the counters meanwhile. @return how many answers came */
    private int steady() throws InterruptedException {
        int answered = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            Thread.sleep(scale.steady().dividedBy(QUESTIONS));
            try {
                answered += StatsPage.ask(ports.stats()).isEmpty() ? 0 : 1;
            } catch (IOException e) {
                folder.say("/stats: " + e.getMessage());
            }
        }
        return answered;
    }

    /** Waits until each client has an answer to a request of after the new main loop. @return since the signal */
    private double awaitBack(long signal, long serving) {
        int all = scale.clients() + scale.streamers();
        Await.until("all clients are back", SOON, () -> firsts(timeline.requests(serving, serving + FOREVER)).size()
                + firsts(timeline.streams(serving, serving + FOREVER)).size() == all);
        return back(signal, serving, Set.of(), Set.of());
    }

    /** The same of those that the reference, still without links, did not leave waiting for an answer. */
    private double backOfHeard(long signal, long serving, long linked) {
        return back(signal, serving, leftWaiting(timeline.requests(signal, linked)),
                leftWaiting(timeline.streams(signal, linked)));
    }

    private double back(long signal, long serving, Set<Integer> clients, Set<Integer> streamers) {
        Map<Integer, Long> first = firsts(timeline.requests(serving, serving + FOREVER));
        first.keySet().removeAll(clients);
        Map<Integer, Long> streams = firsts(timeline.streams(serving, serving + FOREVER));
        streams.keySet().removeAll(streamers);
        return Samples.millis(Stream.concat(first.values().stream(), streams.values().stream())
                .mapToLong(end -> end - signal).max().orElse(0));
    }

    private static Set<Integer> leftWaiting(List<Request> requests) {
        return requests.stream().filter(request -> request.failure().equals(Reasons.NO_ANSWER)).map(Request::client)
                .collect(Collectors.toSet());
    }

    /** When each client had its first success. */
    private static Map<Integer, Long> firsts(List<Request> requests) {
        return requests.stream().filter(Request::answered)
                .collect(Collectors.toMap(Request::client, Request::ended, Math::min, HashMap::new));
    }

    /** When the first client got an answer to what it asked after the new main loop. */
    private long firstAnswer(long serving) {
        return firsts(timeline.requests(serving, serving + FOREVER)).values().stream().min(Long::compare)
                .orElse(serving);
    }

    /** A program may lose one question; who loses them all has no version. */
    private String version() {
        for (int i = 0; i < QUESTIONS; i++) {
            try {
                return StatsPage.value(StatsPage.ask(ports.stats()), "version");
            } catch (IOException e) {
                folder.say("/stats: " + e.getMessage());
            }
        }
        return "unknown";
    }

    private void tell(int round, Step step) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("round", round);
        map.putAll(step.asMap());
        steps.add(map);
        table.row(round + " " + step.kind().label(), step.stop(), step.start(), step.mainLoop(), step.back(),
                step.heard(),
                step.before().size(), Request.failed(step.before()), step.between().size(),
                Request.failed(step.between()),
                step.early().size(), Request.failed(step.early()),
                step.after().size(), Request.failed(step.after()));
        folder.say(String.format(Locale.ROOT,
                "round %d %-8s stop %.0f ms, start %.0f ms, all back after %.0f ms; requests failed: %d before, "
                        + "%d of %d in the switch, %d after",
                round, step.kind().label(), step.stop(), step.start(), step.back(), Request.failed(step.before()),
                Request.failed(step.between()), step.between().size(), Request.failed(step.after())));
    }
}
