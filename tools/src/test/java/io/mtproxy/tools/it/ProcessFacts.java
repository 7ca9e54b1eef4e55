package io.mtproxy.tools.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the system says of a process, whatever the process says of itself. */
record ProcessFacts(long pid) {
    private static final int COMMAND_SECONDS = 20;
    /** Fields of /proc/PID/stat behind the name in brackets: state is the first of them. */
    private static final int SESSION = 3;
    private static final int NICE = 16;

    private Path proc() {
        return Path.of("/proc", String.valueOf(pid));
    }

    /** One file of each task that lives; a task may end while we read. */
    private List<String> ofTasks(String file) throws IOException {
        List<String> texts = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(proc().resolve("task"))) {
            for (Path task : tasks.toList()) {
                try {
                    texts.add(Files.readString(task.resolve(file)));
                } catch (NoSuchFileException e) {
                    continue; // it has ended
                }
            }
        }
        return texts;
    }

    /** The value behind a key of /proc/PID/task/TID/status, of every task; columns are separated by one blank. */
    List<String> status(String key) throws IOException {
        return ofTasks("status").stream().map(text -> text.lines().filter(line -> line.startsWith(key + ":"))
                .findFirst().orElseThrow().substring(key.length() + 1).strip().replaceAll("\\s+", " ")).toList();
    }

    /** Niceness of every task. */
    List<Integer> niceness() throws IOException {
        return ofTasks("stat").stream().map(text -> Integer.parseInt(stat(text)[NICE])).toList();
    }

    /** Names of the tasks, sorted. */
    List<String> taskNames() throws IOException {
        return ofTasks("comm").stream().map(String::strip).sorted().toList();
    }

    /** Id of its session: its own pid when it leads one. */
    long session() throws IOException {
        return Long.parseLong(stat(Files.readString(proc().resolve("stat")))[SESSION]);
    }

    private static String[] stat(String text) {
        return text.substring(text.lastIndexOf(')') + 2).split(" ");
    }

    /** Where a descriptor leads to. */
    Path descriptor(int number) throws IOException {
        return Files.readSymbolicLink(proc().resolve("fd").resolve(String.valueOf(number)));
    }

    /** The soft limit of open files. */
    long descriptorLimit() throws IOException {
        String line = Files.readString(proc().resolve("limits")).lines().filter(l -> l.startsWith("Max open files"))
                .findFirst().orElseThrow();
        return Long.parseLong(line.substring("Max open files".length()).strip().split(" +")[0]);
    }

    /** Sends a signal: its name without SIG. */
    void signal(String name) throws IOException, InterruptedException {
        run("kill", "-" + name, String.valueOf(pid));
    }

    /** The output of a command that has to succeed. */
    static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }
}
