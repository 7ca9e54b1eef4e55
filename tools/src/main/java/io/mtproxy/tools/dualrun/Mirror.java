package io.mtproxy.tools.dualrun;

import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.ProgramRun;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.acceptance.RunFolder;
import io.mtproxy.tools.acceptance.Stage;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The same client bytes through both programs at the same time, each with a simulated Telegram of its own; what arrives at
 * Telegram and what comes back to the client is compared, session by session.
 */
final class Mirror {

    private static final int SHOWN = 5;
    private static final List<Transport> TRANSPORTS = List.of(Transport.values());

    private final Path directory;
    private final RunFolder folder;
    private final Measurements measured;

    Mirror(Path directory, RunFolder folder, Measurements measured) {
        this.directory = directory;
        this.folder = folder;
        this.measured = measured;
    }

    /** Plays so many sessions. @return the first differences, in words */
    List<String> play(Program reference, Program candidate, int sessions) throws IOException, InterruptedException {
        List<String> differences = new ArrayList<>();
        MirrorSide.Tellings tellings = new MirrorSide.Tellings();
        try (MirrorSide left = side(reference); MirrorSide right = side(candidate)) {
            for (int i = 0; i < sessions; i++) {
                MirrorScript script = MirrorScript.of(i, TRANSPORTS.get(i % TRANSPORTS.size()),
                        LoadTarget.ALL_DCS.get(i % LoadTarget.ALL_DCS.size()));
                MirrorSide.Seen theirs = left.play(script);
                MirrorSide.Seen ours = right.play(script);
                tellings.count(theirs);
                theirs.difference(ours).ifPresent(what -> differences.add(script + ": " + what));
            }
            left.stop();
            right.stop();
        }
        measured.add("mirror.sessions", Role.REFERENCE, sessions);
        measured.add("mirror.sessions", Role.CANDIDATE, sessions);
        measured.add("mirror.requests", Role.REFERENCE, tellings.atTelegram());
        measured.add("mirror.answers", Role.REFERENCE, tellings.atClient());
        measured.add("mirror.differences", Role.REFERENCE, 0);
        measured.add("mirror.differences", Role.CANDIDATE, differences.size());
        folder.say(String.format(Locale.ROOT, "mirror: %d sessions, %d requests at Telegram, %d answers at the client, "
                + "%d sessions differ", sessions, tellings.atTelegram(), tellings.atClient(), differences.size()));
        return differences.stream().limit(SHOWN).map(text -> "mirror: " + text).toList();
    }

    private MirrorSide side(Program program) throws IOException {
        String name = program.role().label();
        Recorder recorder = new Recorder();
        Stage stage = Stage.open(Files.createDirectories(directory.resolve("mirror-" + name)), recorder);
        try {
            ProgramRun run = stage.launch(program.executable(), folder.log("mirror-" + name));
            run.awaitMainLoop();
            LoadTarget target = stage.target(run.ports());
            run.awaitServing(target);
            return new MirrorSide(stage, run, target, recorder);
        } catch (IOException | RuntimeException e) {
            stage.close();
            throw e;
        }
    }
}
