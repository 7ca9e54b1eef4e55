package io.mtproxy.tools.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Where a run leaves what it found: {@code report.json}, {@code report.md}, {@code run.log} (the lines of progress) and in
 * {@code logs} everything that the programs said. Any thread.
 */
public final class RunFolder {

    private final Path directory;
    private final Consumer<String> screen;
    private final long start = System.nanoTime();

    private RunFolder(Path directory, Consumer<String> screen) {
        this.directory = directory;
        this.screen = screen;
    }

    /** Makes the folder where it is missing; what an earlier run left in it is overwritten. */
    public static RunFolder create(Path directory, Consumer<String> screen) throws IOException {
        Files.createDirectories(directory.resolve("logs"));
        RunFolder folder = new RunFolder(directory.toAbsolutePath(), screen);
        Files.deleteIfExists(folder.progress());
        return folder;
    }

    /** Tells people what happens, with the seconds since the start. */
    public synchronized void say(String text) {
        print(String.format(Locale.ROOT, "[%6.1f s] %s", (System.nanoTime() - start) / 1e9, text));
    }

    /** A line without the time. */
    public synchronized void print(String line) {
        screen.accept(line);
        try {
            Files.writeString(progress(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file for what a program says, by a name that tells its part. */
    public Path log(String name) {
        return directory.resolve("logs").resolve(name + ".log");
    }

    /** Writes both forms of the report. */
    public void write(Report report) throws IOException {
        Files.writeString(directory.resolve("report.json"), report.json() + "\n");
        Files.writeString(directory.resolve("report.md"), report.markdown());
    }

    /** Where it is. */
    public Path directory() {
        return directory;
    }

    private Path progress() {
        return directory.resolve("run.log");
    }
}
