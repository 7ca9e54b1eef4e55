package io.mtproxy.proxy.cli;

import io.mtproxy.proxy.cli.Option.Argument;

/** The text of {@code --help}, which also follows every usage error on standard output. */
public final class Usage {
    private static final int ARGUMENT_WIDTH = 6;

    private Usage() {}

    /**
     * The whole text, last line end included.
     *
     * @param program argv[0]
     * @param version version line
     */
    public static String text(String program, String version) {
        StringBuilder text = new StringBuilder(4096);
        text.append("usage: ").append(program).append(" [-v] [-6] [-p<port>] [-H<http-port>{,<http-port>}]")
                .append(" [-M<workers>] [-u<username>] [-b<backlog>] [-c<max-conn>] [-l<log-name>]")
                .append(" [-W<window-size>] <config-file>\n");
        text.append(version).append("\n\tSimple MT-Proto proxy\n");
        int column = column();
        for (Option option : Options.TABLE) {
            int start = text.length();
            text.append("\t--").append(option.name());
            if (option.letter() != 0) {
                text.append("/-").append(option.letter());
            }
            if (option.argument() != Argument.NONE) {
                text.append(option.argument() == Argument.REQUIRED ? " <arg>" : " {arg}");
            }
            text.repeat(' ', column - (text.length() - start - 1));
            text.append('\t').append(option.help()).append('\n');
        }
        return text.toString();
    }

    /** C reserves one character more than the longest option needs. */
    private static int column() {
        int width = 0;
        for (Option option : Options.TABLE) {
            int letter = option.letter() != 0 ? 3 : 0;
            int argument = option.argument() != Argument.NONE ? ARGUMENT_WIDTH : 0;
            width = Math.max(width, option.name().length() + 3 + letter + argument);
        }
        return width;
    }
}
