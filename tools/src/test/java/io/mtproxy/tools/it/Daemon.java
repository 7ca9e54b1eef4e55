package io.mtproxy.tools.it;

import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The daemon with no argument but those of the test. What it writes to its standard streams goes to a file. */
record Daemon(Process process, Path output) implements AutoCloseable {

    /** Starts it; {@code prefix} is a command that executes its arguments, or nothing. */
    static Daemon start(Path directory, List<String> prefix, String... arguments) throws IOException {
        return start(Redirect.from(Path.of("/dev/zero").toFile()), directory, prefix, arguments);
    }

    /** The same with an input that the test closes. */
    static Daemon waiting(Path directory, List<String> prefix, String... arguments) throws IOException {
        return start(Redirect.PIPE, directory, prefix, arguments);
    }

    private static Daemon start(Redirect input, Path directory, List<String> prefix, String... arguments)
            throws IOException {
        Path output = Files.createTempFile(directory, "daemon-", ".log");
        List<String> command = new ArrayList<>(prefix);
        command.add(ProxyOptions.defaultExecutable().toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectInput(input).redirectOutput(output.toFile());
        builder.environment().put("MTPROXY_BUILD", "never");
        return new Daemon(builder.start(), output);
    }

    /** The same, and waits until a line stands in a file, its own output or its log. */
    Daemon await(Path file, String line) {
        try {
            Await.until("'" + line + "' in " + file.getFileName(), Harness.SOON,
                    () -> Files.exists(file) && Files.readString(file).contains(line));
        } catch (IllegalStateException e) {
            close();
            throw new IllegalStateException("the daemon said: " + text(), e);
        }
        return this;
    }

    Daemon await(String line) {
        return await(output, line);
    }

    String text() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            return e.toString();
        }
    }

    ProcessFacts facts() {
        return new ProcessFacts(process.pid());
    }

    /** SIGTERM. @return the exit code */
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(Harness.SOON.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("does not stop: " + text());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
