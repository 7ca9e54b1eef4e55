package io.mtproxy.proxy.refresh;

import java.net.URI;

/** Why what came, if anything, is not used: the address, what was expected, and what came. Says nothing about the program. */
final class Unfit extends Exception {
    private static final long serialVersionUID = 1;
    /** A line of the log, not a page. */
    private static final int LONGEST = 300;

    private final String text;

    Unfit(URI url, String expected, String came) {
        this(url + ": expected " + expected + ", came " + oneLine(came));
    }

    Unfit(String text) {
        super(text, null, false, false);
        this.text = text;
    }

    String text() {
        return text;
    }

    /** What a stranger sent must not make lines of its own. */
    static String oneLine(String text) {
        String line = text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
    }
}
