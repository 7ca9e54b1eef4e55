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

    private static final List<String> NOTES = List.of(
            "tcp: from connecting until the connection stands. connect: until the first answer from Telegram. request: "
                    + "round trips after that. The harness runs on the same machine and shares its processors.",
            "warmup: what clients met while the program was cold, after each start; told, and judged by its success "
                    + "rate only. The runbook has the pre-warming that goes with it.",
            "faketls: the small ClientHello (517 bytes) in padded framing, all that the C program takes; the larger "
                    + "hellos of today's clients are not compared. The site (-D) is this machine itself.",
            "mirror: the same client bytes to both; connection ids and ports, which belong to a run, are left out of "
                    + "the comparison.");

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
        notes.addAll(NOTES);
        return new Report("Dual run", environment, versions, plan, measured.asMap(), measured.lines(),
                Guards.of(measured), notes);
    }

    /** Who is first changes with the rounds: what the machine does meanwhile hits both. */
    private List<Program> inTurn(int round) {
        return round % 2 == 1 ? List.of(reference, candidate) : List.of(candidate, reference);
    }

    private void turn(Program program, int round) throws InterruptedException {
        for (Cell.Part part : new Cell(stage, folder, scale, measured, program, round).parts(phases)) {
            double brokenOff = 0;
            try {
                part.play();
            } catch (IOException | IllegalStateException e) {
                brokenOff(program, round, e);
                brokenOff = 1;
            }
            measured.add(Guards.BROKEN_OFF, program.role(), brokenOff);
        }
    }

    private void brokenOff(Program program, int round, Exception e) {
        if (program.role() == Role.REFERENCE) {
            throw new IllegalStateException("the reference failed: " + e.getMessage(), e);
        }
        String note = (round == 0 ? "first start" : "round " + round) + ", candidate: broken off: " + e.getMessage();
        notes.add(note);
        folder.say(note);
    }

    /** Each says its own in its counters; a start that also fills the caches of the disk for both. */
    private Map<Role, String> versions() throws InterruptedException {
        Map<Role, String> versions = new EnumMap<>(Role.class);
        for (Program program : List.of(reference, candidate)) {
            versions.put(program.role(), version(program));
            folder.say(program.role().label() + ": " + versions.get(program.role()));
        }
        return versions;
    }

    private String version(Program program) throws InterruptedException {
        try (ProgramRun run = stage.launch(program.executable(), folder.log("version-" + program.role().label()))) {
            run.awaitListening();
            String version = StatsPage.value(StatsPage.ask(run.ports().stats()), "version");
            run.stop();
            return version;
        } catch (IOException | IllegalStateException e) {
            brokenOff(program, 0, e);
            measured.add(Guards.BROKEN_OFF, program.role(), 1);
            return "unknown";
        }
    }
}
