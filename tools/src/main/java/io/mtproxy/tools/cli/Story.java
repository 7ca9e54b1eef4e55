package io.mtproxy.tools.cli;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Tells people what is happening, in order, one numbered line per step: its name at once, its end when it is known. On a
 * terminal the line shows how far the step is.
 */
final class Story {

    private final PrintWriter out;
    private final boolean terminal;
    private int step;
    private String line = "";
    private String shown = "";

    Story(PrintWriter out) {
        this(out, Terminal.present());
    }

    Story(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Begins a step. */
    void step(String name, String what) {
        line = String.format(Locale.ROOT, "%d. %-14s", ++step, name) + what;
        shown = line;
        out.print(line);
        out.flush();
    }

    /** How far it is; seen on terminals only. */
    void progress(String how) {
        if (terminal) {
            String text = line + " " + how;
            out.print("\r" + text + " ".repeat(Math.max(0, shown.length() - text.length())));
            out.flush();
            shown = text;
        }
    }

    /** Ends the step. */
    void done(String how) {
        progress(how);
        out.println(terminal ? "" : " " + how);
        out.flush();
    }

    /** A line between the steps. */
    void say(String text) {
        out.println(text);
        out.flush();
    }
}
