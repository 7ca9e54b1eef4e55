package io.mtproxy.tools.it;

import io.mtproxy.tools.process.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A service manager's end of {@code NOTIFY_SOCKET}: keeps what it hears, and from whom. Java has no datagrams of this kind. */
record NotifyManager(String name, Process process, Path heard) implements AutoCloseable {
    private static final String LISTEN = """
            import socket, struct, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            s.bind(sys.argv[1].replace("@", "\\0", 1) if sys.argv[1][0] == "@" else sys.argv[1])
            print("listening", flush=True)
            while True:
                text, control, _, _ = s.recvmsg(4096, 64)
                print(struct.unpack("3i", control[0][2])[0], *text.decode().split("\\n"), flush=True)
            """;

    /** @param name as in {@code NOTIFY_SOCKET} */
    static NotifyManager start(Path directory, String name) throws IOException {
        Path heard = Files.createTempFile(directory, "heard-", ".txt");
        Process process = new ProcessBuilder("python3", "-c", LISTEN, name).redirectErrorStream(true)
                .redirectOutput(heard.toFile()).start();
        NotifyManager manager = new NotifyManager(name, process, heard);
        Await.until("the manager listens", Harness.SOON, () -> manager.count("listening") == 1);
        return manager;
    }

    /** A command that executes its arguments as a service of this manager. */
    List<String> service(String... variables) {
        List<String> command = new ArrayList<>(List.of("env", "NOTIFY_SOCKET=" + name));
        command.addAll(List.of(variables));
        return command;
    }

    /** A line for each datagram: who sent it, and its own lines. */
    List<String> lines() throws IOException {
        List<String> lines = Files.readString(heard, StandardCharsets.UTF_8).lines().toList();
        return lines.isEmpty() ? lines : lines.subList(1, lines.size());
    }

    /** How often such a line has come. */
    long count(String line) throws IOException {
        return Files.readString(heard, StandardCharsets.UTF_8).lines().filter(line::equals).count();
    }

    /** Waits until such a line has come so much more often. */
    void await(String line, int more) throws IOException {
        long before = count(line);
        Await.until(more + " times '" + line + "'", Harness.SOON, () -> count(line) >= before + more);
    }

    /** Waits until such a line has come. */
    void await(String line) {
        Await.until("'" + line + "'", Harness.SOON, () -> count(line) > 0);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
