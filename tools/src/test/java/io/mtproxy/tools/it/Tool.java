package io.mtproxy.tools.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code bin/mtproxyctl} as a process, and what it says on both streams. */
record Tool(Process process, Path output) implements AutoCloseable {

    private static final int LIMIT_SECONDS = 180;

    static Tool start(Path directory, String... arguments) throws IOException {
        return start(directory, Map.of(), arguments);
    }

    /** The same with further variables. */
    static Tool start(Path directory, Map<String, String> environment, String... arguments) throws IOException {
        Path output = Files.createTempFile(directory, "tool-", ".log");
        List<String> command = new ArrayList<>(List.of(launcher("mtproxyctl").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("MTPROXY_BUILD", "never");
        builder.environment().putAll(environment);
        return new Tool(builder.start(), output);
    }

    /** A script that runs our proxy and makes it worse. Java never sees a SIGHUP that is ignored from the start, as under nohup. */
    static Path impaired(Path directory, String... how) throws IOException {
        Path script = directory.resolve("impaired");
        Files.writeString(script,
                "#!/bin/sh\nexec env --default-signal=HUP '" + launcher("mtproxyctl") + "' impair "
                        + String.join(" ", how)
                        + " -- '" + launcher("mtproto-proxy") + "' \"$@\"\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path launcher(String name) {
        return Path.of(System.getProperty("mtproxy.home"), "bin", name).toAbsolutePath();
    }

    int exitCode() throws InterruptedException, IOException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("it does not end: " + text());
        }
        return process.exitValue();
    }

    String text() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
