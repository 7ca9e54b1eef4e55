package io.mtproxy.tools.drill;

import io.mtproxy.tools.acceptance.Environment;
import io.mtproxy.tools.acceptance.Ports;
import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Report;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Samples;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.acceptance.StatsPage;
import io.mtproxy.tools.stability.Vitals;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The drill of upgrades: our program serves behind a symlink; the link leads to the candidate, and the service is told to
 * hand over to it, several times in a row. Clients keep coming all the time, and none of them may notice. One thread drives
 * it; any may {@link #close}.
 */
public final class UpgradeDrill implements AutoCloseable {

    private static final List<String> NOTES = List.of(
            "reference: before the first upgrade. candidate: from asking for this upgrade until the next one is asked for; "
                    + "slowest: of what was under way or begun until the old process had gone, so the start of the new one "
                    + "beside it is in it.",
            "frozen: as the old process tells it. Nothing is held back for an upgrade: requests and streams are under way.",
            "Every answer is compared, byte by byte; of every stream both sides compare SHA-256. A connection counts as "
                    + "dropped also when it ends between two requests.",
            "Counters are read all the time; every number of /stats is one that is not known to go up and down.",
            "Descriptors and threads are read while no request is under way; links to Telegram are not counted.");
    private static final String LOG = "service";
    private static final long FOREVER = Long.MAX_VALUE / 2;
    /** The proxy has seen by then that clients which are gone are gone. */
    private static final Duration SETTLED = Duration.ofMillis(250);

    private record Turn(int number, Handover handover, double millis, int exitCode, long asked, long gone,
            Look after) {}

    private final Stage stage;
    private final RunFolder folder;
    private final Program reference;
    private final Program candidate;
    private final DrillScale scale;
    private final Ports ports;
    private final Switch service;
    private final Timeline timeline = new Timeline();
    private final Counters counters = new Counters();
    private final Map<Role, String> versions = new EnumMap<>(Role.class);
    private final List<Turn> turns = new ArrayList<>();
    private long lastAsked;
    private volatile @Nullable Lineage running;

    /** Prepares one; the stage stays the caller's. */
    public UpgradeDrill(Stage stage, RunFolder folder, Program reference, Program candidate, DrillScale scale)
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
     * Plays it all; takes about a minute.
     *
     * @throws IllegalStateException when already the first start fails
     */
    public Report play() throws IOException, InterruptedException {
        Map<String, Object> environment = Environment.read();
        service.to(reference);
        ProgramRun run = stage.launch(service.path(), ports, folder.log(LOG));
        run.awaitMainLoop();
        run.awaitServing(stage.target(ports));
        Lineage lineage = new Lineage(run, ProgramRun.controls(stage.directory()));
        running = lineage;
        Crowd clients = Crowd.start(stage.target(ports), scale, timeline);
        Thread watch = Thread.ofVirtual().name("watch").start(new Watch(ports.stats(), timeline, counters));
        Thread.sleep(scale.steady()); // programs of every age shall be compared, not a cold one with warm ones
        long begin = System.nanoTime();
        Thread.sleep(scale.steady());
        Look first = look(lineage, Role.REFERENCE);
        String failure = upgrades(lineage);
        clients.end();
        watch.join();
        List<Hop> hops = hops();
        Window calm = timeline.ended(begin, turns.isEmpty() ? lastAsked : turns.getFirst().asked());
        ProgramRun.Stop stop = lineage.stop();
        return report(environment, new Upgrades(calm, first, hops, lineage.pids(), counters.size(), stop,
                complaints(), failure));
    }

    /** @return why they were broken off, or nothing */
    private String upgrades(Lineage lineage) throws InterruptedException {
        try {
            for (int number = 1; number <= scale.rounds(); number++) {
                turns.add(upgrade(number, lineage));
            }
            return "";
        } catch (IOException | IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Turn upgrade(int number, Lineage lineage) throws IOException, InterruptedException {
        long asked = System.nanoTime();
        lastAsked = asked;
        service.to(candidate);
        long old = lineage.newest();
        Handover handover = lineage.upgrade(folder::say);
        int exitCode = lineage.awaitEnd(old);
        long gone = System.nanoTime();
        Thread.sleep(scale.steady());
        Look after = look(lineage, Role.CANDIDATE);
        Turn turn = new Turn(number, handover, Samples.millis(gone - asked), exitCode, asked, gone, after);
        Window window = timeline.ended(asked, FOREVER + asked);
        folder.say(String.format(Locale.ROOT,
                "upgrade %d: %d clients, %d links, frozen %d ms, old one gone after %.0f ms; failed since: %d requests, "
                        + "%d sessions, %d counters",
                number, handover.clients(), handover.links(), handover.frozen(), turn.millis(), window.unanswered(),
                window.dropped(), counters.falls(asked, FOREVER + asked).size()));
        return turn;
    }

    /** Waits until no request is under way and looks at the process before the next one. */
    private Look look(Lineage lineage, Role role) {
        return timeline.between(() -> {
            try {
                Thread.sleep(SETTLED);
                Vitals vitals = Vitals.of(lineage.newest());
                String page = StatsPage.ask(ports.stats());
                counters.read(page, true);
                versions.putIfAbsent(role, StatsPage.value(page, "version"));
                return new Look(Long.parseLong(StatsPage.value(page, "pid")),
                        new Vitals(vitals.descriptors() - stage.telegram().statistics().linksNow(), vitals.threads(),
                                vitals.residentBytes()));
            } catch (IOException e) {
                throw new IllegalStateException("no look at process " + lineage.newest() + ": " + e.getMessage(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        });
    }

    private Report report(Map<String, Object> environment, Upgrades upgrades) {
        List<String> notes = new ArrayList<>(NOTES);
        if (!upgrades.failure().isEmpty()) {
            notes.add("broken off: " + upgrades.failure() + " (lost since that upgrade was asked for: "
                    + timeline.ended(lastAsked, lastAsked + FOREVER).lost() + ")");
        }
        return new Report("Upgrade drill", environment, versions, scale.asMap("upgrades"), upgrades.asMap(),
                upgrades.table(), UpgradeGuards.of(upgrades), notes);
    }

    /** Each until the next one was asked for, also in vain; the last one until the end. */
    private List<Hop> hops() {
        List<Hop> hops = new ArrayList<>();
        for (Turn turn : turns) {
            long next = turn.number() < turns.size() ? turns.get(turn.number()).asked() : lastAsked;
            long until = next == turn.asked() ? next + FOREVER : next;
            hops.add(new Hop(turn.number(), turn.handover(), turn.millis(), turn.exitCode(), turn.gone(), turn.after(),
                    timeline.ended(turn.asked(), until), counters.falls(turn.asked(), until)));
        }
        return hops;
    }

    /** All processes say what they have to say in the same file. */
    private long complaints() throws IOException {
        try (Stream<String> lines = Files.lines(folder.log(LOG))) {
            return lines.filter(line -> line.contains("Exception") || line.startsWith("\tat ")).count();
        }
    }

    /** Kills what still runs. */
    @Override
    public void close() {
        Lineage lineage = running;
        if (lineage != null) {
            lineage.close();
        }
    }
}
