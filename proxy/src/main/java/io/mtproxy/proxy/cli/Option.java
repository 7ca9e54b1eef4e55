package io.mtproxy.proxy.cli;

/**
 * One row of the option table.
 *
 * @param name long name, without dashes
 * @param letter short name, or 0
 * @param own an option of ours that C does not have: its long name is never matched by prefix, so that every
 *            abbreviation of C's options keeps its meaning
 */
record Option(String name, char letter, Argument argument, boolean own, String help) {

    /** Whether an option has an argument. */
    enum Argument {
        NONE,
        REQUIRED,
        /** Only inline after the long name ({@code --name=value}): C's short option string does not declare it. */
        OPTIONAL
    }

    static Option of(String name, char letter, Argument argument, String help) {
        return new Option(name, letter, argument, false, help);
    }

    /** One that C does not have. */
    static Option own(String name, Argument argument, String help) {
        return new Option(name, (char) 0, argument, true, help);
    }

    static Option of(String name, Argument argument, String help) {
        return new Option(name, (char) 0, argument, false, help);
    }
}
