package io.mtproxy.tools.stability;

import io.mtproxy.tools.process.ProxyProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What the system says of the proxy's process.
 *
 * @param descriptors open files, sockets among them
 * @param threads tasks of the process
 * @param residentBytes memory that is in RAM
 */
public record Vitals(long descriptors, long threads, long residentBytes) {

    private static final long KIB = 1024;
    private static final int JCMD_SECONDS = 30;

    /** Reads them now. */
    public static Vitals of(ProxyProcess proxy) throws IOException {
        return of(proxy.pid());
    }

    /** The same of a process that somebody else has started. */
    public static Vitals of(long pid) throws IOException {
        Path proc = Path.of("/proc", String.valueOf(pid));
        List<String> status = Files.readAllLines(proc.resolve("status"));
        try (Stream<Path> open = Files.list(proc.resolve("fd"))) {
            return new Vitals(open.count(), number(status, "Threads"), number(status, "VmRSS") * KIB);
        }
    }

    /** The number in a line as {@code VmRSS:     1234 kB}. */
    static long number(List<String> status, String key) throws IOException {
        String line = status.stream().filter(each -> each.startsWith(key + ":")).findFirst()
                .orElseThrow(() -> new IOException("no line " + key + " in the status of the process"));
        return Long.parseLong(line.substring(key.length() + 1).strip().split("\\s+", 2)[0]);
    }

    /**
     * Bytes of heap that are in use after a full collection, asked of the JVM by this JDK's {@code jcmd}.
     *
     * @throws IOException when that is not there or does not answer
     */
    public static long liveHeap(ProxyProcess proxy) throws IOException, InterruptedException {
        return liveHeap(proxy.pid());
    }

    /** The same of a process that somebody else has started. */
    static long liveHeap(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        return usedHeap(jcmd(pid, "GC.heap_info"));
    }

    /** The sum over the generations: lines as {@code DefNew     total 2688K, used 513K [...}. */
    static long usedHeap(String info) throws IOException {
        long used = 0;
        boolean found = false;
        for (String line : info.lines().toList()) {
            int at = line.indexOf("K, used ");
            if (at >= 0 && line.contains(" total ")) {
                String rest = line.substring(at + "K, used ".length());
                used += Long.parseLong(rest.substring(0, rest.indexOf('K'))) * KIB;
                found = true;
            }
        }
        if (!found) {
            throw new IOException("no generation in: " + info);
        }
        return used;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(tool.toString(), String.valueOf(pid), command)
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(JCMD_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("jcmd " + command + ": " + output);
        }
        return output;
    }
}
