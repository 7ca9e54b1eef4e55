package io.mtproxy.proxy.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process. */
public final class OwnProcess {
    private OwnProcess() {}

    /** Our process id. {@link ProcessHandle} knows it too, but sets up thread pools for watching processes first. */
    public static long pid() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/self")).toString());
        } catch (IOException | NumberFormatException e) {
            return ProcessHandle.current().pid();
        }
    }
}
