package io.mtproxy.tools.cli;

import java.io.Console;

/** Whether people read what we say as we say it. */
final class Terminal {

    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // null again since JDK 25, whose default console is that of java.base
    static boolean present() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
