package io.mtproxy.proxy.os;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

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

    /** The process that started us or, when that one is gone, the one that has taken us over; 0 = unknown. */
    public static long parent() {
        String field = ProcSelf.field(ProcSelf.read("status"), "PPid:");
        return field == null ? 0 : Long.parseLong(field);
    }

    /** Whether a process runs: not when it has ended and its parent has not noticed yet. */
    public static boolean lives(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return e.getMessage() == null || !e.getMessage().contains("No such process"); // not to be had is not gone
        }
    }

    /** The program that we run: a java launcher, by its full path. */
    public static String executable() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
    }

    /** The argument list that we were started with, the program's name first; byte for byte. */
    public static List<byte[]> commandLine() throws IOException {
        return split(Files.readAllBytes(Path.of("/proc/self/cmdline")));
    }

    /** The environment that we were started with, {@code NAME=value} each; byte for byte where the system lets us see it. */
    public static List<byte[]> environment() {
        try {
            return split(Files.readAllBytes(Path.of("/proc/self/environ")));
        } catch (IOException e) { // not ours to read, for example because the program has capabilities of its own
            List<byte[]> all = new ArrayList<>();
            for (Map.Entry<String, String> each : System.getenv().entrySet()) {
                all.add((each.getKey() + '=' + each.getValue()).getBytes(Charset.defaultCharset()));
            }
            return all;
        }
    }

    /** Strings that end with a zero byte each. */
    static List<byte[]> split(byte[] bytes) {
        List<byte[]> strings = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                strings.add(Arrays.copyOfRange(bytes, start, i));
                start = i + 1;
            }
        }
        return strings;
    }
}
