package io.mtproxy.proxy.config;

import java.util.ArrayList;
import java.util.List;

/**
 * Why the program does not start, or keeps its old configuration: the lines to print and the exit code. Has no stack
 * trace, because it tells an operator about his input and not us about the program.
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int exitCode;
    private final boolean usage;
    private final transient List<Line> lines;

    /**
     * A line of standard error.
     *
     * @param prefixed in the log's format; otherwise the bare text
     */
    public record Line(boolean prefixed, String text) {
        public static Line log(String text) {
            return new Line(true, text);
        }

        public static Line bare(String text) {
            return new Line(false, text);
        }
    }

    private Refusal(int exitCode, boolean usage, List<Line> lines) {
        super(lines.isEmpty() ? "usage" : lines.getFirst().text(), null, false, false);
        this.exitCode = exitCode;
        this.usage = usage;
        this.lines = List.copyOf(lines);
    }

    /** A bad word on the command line: the lines, then the usage text on standard output, exit 2. */
    public static Refusal withUsage(Line... lines) {
        return new Refusal(2, true, List.of(lines));
    }

    /** Lines on standard error, then the end with that code. */
    public static Refusal exit(int code, Line... lines) {
        return new Refusal(code, false, List.of(lines));
    }

    /** The same reasons, told as a reload that changes nothing. */
    public Refusal notApplied(String configFile, int code) {
        List<Line> all = new ArrayList<>(lines);
        all.add(Line.log("error while re-reading config file " + configFile + ", new configuration NOT applied"));
        all.add(Line.bare("config check failed! (code " + code + ")"));
        return new Refusal(-code, false, all);
    }

    public int exitCode() {
        return exitCode;
    }

    /** Whether the usage text follows. */
    public boolean usage() {
        return usage;
    }

    public List<Line> lines() {
        return lines;
    }
}
