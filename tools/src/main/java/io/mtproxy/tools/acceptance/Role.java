package io.mtproxy.tools.acceptance;

import java.util.Locale;

/** The two programs of a comparison. */
public enum Role {
    /** What runs today and sets the bounds. */
    REFERENCE,
    /** What shall take its place. */
    CANDIDATE;

    /** As in reports and file names. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
