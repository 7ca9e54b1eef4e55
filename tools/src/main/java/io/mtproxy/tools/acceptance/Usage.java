package io.mtproxy.tools.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a process and those that it started have used, as Linux tells it.
 *
 * @param cpuSeconds processor time since the start, of the program and the kernel for it
 * @param pssMebibytes memory, shared pages counted in part
 */
public record Usage(double cpuSeconds, double pssMebibytes) {

    private static final double TICKS_PER_SECOND = 100;
    /** In /proc/PID/stat, counted behind the name in parentheses. */
    private static final int USER = 11;
    private static final int SYSTEM = 12;

    /** Now; a process that ends meanwhile counts as nothing. */
    public static Usage of(ProcessHandle process) {
        double cpu = 0;
        double memory = 0;
        try (Stream<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants())) {
            for (ProcessHandle each : all.toList()) {
                Path proc = Path.of("/proc", String.valueOf(each.pid()));
                cpu += cpuSeconds(proc);
                memory += pssMebibytes(proc);
            }
        }
        return new Usage(cpu, memory);
    }

    /** What was used since an earlier reading; memory as it is now. */
    public Usage since(Usage earlier) {
        return new Usage(cpuSeconds - earlier.cpuSeconds, pssMebibytes);
    }

    private static double cpuSeconds(Path proc) {
        try {
            String stat = Files.readString(proc.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM])) / TICKS_PER_SECOND;
        } catch (IOException e) {
            return 0;
        }
    }

    private static double pssMebibytes(Path proc) {
        try (Stream<String> lines = Files.lines(proc.resolve("smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum() / 1024.0;
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}
