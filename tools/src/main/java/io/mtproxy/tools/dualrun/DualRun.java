package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.Environment;
import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Report;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.acceptance.StatsPage;
import io.mtproxy.tools.load.LoadService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A dual run from its beginning to its report. One thread. */
public final class DualRun {

    private final Stage stage;
    private final RunFolder folder;
    private final Program reference;
    private final Program candidate;
    private final Scale scale;
    private final Set<Phase> phases;
    private final Measurements measured = new Measurements();
    private final List<String> notes = new ArrayList<>();

    /**
     * Prepares one.
     *
     * @param stage of {@link #stage}; stays the caller's
     */
    public DualRun(Stage stage, RunFolder folder, Program reference, Program candidate, Scale scale,
            Set<Phase> phases) {
        this.stage = stage;
        this.folder = folder;
        this.reference = reference;
        this.candidate = candidate;
        this.scale = scale;
        this.phases = Set.copyOf(phases);
    }

    /** What Telegram answers here. */
    public static LoadService service() {
        return new LoadService();
    }

    /**
     * Plays it all; takes minutes.
     *
     * @throws IllegalStateException when the reference fails: nothing can be said of the candidate then
     */
    public Report play() throws IOException, InterruptedException {
        Map<String, Object> environment = Environment.read();
        Map<Role, String> versions = versions();
        for (int round = 1; round <= scale.rounds(); round++) {
            for (Program program : inTurn(round)) {
                turn(program, round);
            }
        }
        if (phases.contains(Phase.MIRROR)) {
            notes.addAll(new Mirror(stage.directory(), folder, measured).play(reference, candidate, scale.mirrored()));
        }
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("phases", phases.stream().sorted().map(Phase::label).toList());
        plan.putAll(scale.asMap());
        return new Report("Dual run", environment, versions, plan, measured.asMap(), measured.lines(),
                Guards.of(measured), notes);
    }

    /** Who is first changes with the rounds: what the machine does meanwhile hits both. */
    private List<Program> inTurn(int round) {
        return round % 2 == 1 ? List.of(reference, candidate) : List.of(candidate, reference);
    }

    private void turn(Program program, int round) throws IOException, InterruptedException {
        double brokenOff = 0;
        try {
            new Cell(stage, folder, scale, measured, program, round).play(phases);
        } catch (IOException | IllegalStateException e) {
            if (program.role() == Role.REFERENCE) {
                throw new IllegalStateException("the reference failed in round " + round + ": " + e.getMessage(), e);
            }
            brokenOff = 1;
            String note = "round " + round + ", candidate: broken off: " + e.getMessage();
            notes.add(note);
            folder.say(note);
        }
        measured.add(Guards.BROKEN_OFF, program.role(), brokenOff);
    }

    /** Each says its own in its counters; a start that also fills the caches of the disk for both. */
    private Map<Role, String> versions() throws IOException, InterruptedException {
        Map<Role, String> versions = new EnumMap<>(Role.class);
        for (Program program : List.of(reference, candidate)) {
            String name = program.role().label();
            try (ProgramRun run = stage.launch(program.executable(), folder.log("version-" + name))) {
                run.awaitListening();
                versions.put(program.role(), StatsPage.value(StatsPage.ask(run.ports().stats()), "version"));
                run.stop();
            }
            folder.say(name + ": " + versions.get(program.role()));
        }
        return versions;
    }
}
