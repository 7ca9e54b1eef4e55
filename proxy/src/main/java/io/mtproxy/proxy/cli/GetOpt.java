package io.mtproxy.proxy.cli;

import io.mtproxy.proxy.cli.Option.Argument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * GNU {@code getopt_long} over an option table: permutation, bundling, glued arguments, prefix matching, and the same
 * messages. Libraries deviate in each of these, and every deviation would break somebody's unit file.
 *
 * <p>
 * Call {@link #next} until it returns null, then {@link #operands}.
 */
final class GetOpt {
    private final String program;
    private final List<Option> table;
    private final List<String> arguments;
    private final boolean inOrder;
    private final List<String> operands = new ArrayList<>();
    private int index;
    private String bundle = "";

    /** One option as met on the command line; value is null when there is none. */
    record Match(Option option, @Nullable String value) {}

    /** An error in the form of the words themselves; the message is complete, program name included. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * @param program argv[0], put in front of messages
     * @param inOrder true when the environment has POSIXLY_CORRECT: the first operand ends the options
     */
    GetOpt(String program, List<Option> table, List<String> arguments, boolean inOrder) {
        this.program = program;
        this.table = table;
        this.arguments = arguments;
        this.inOrder = inOrder;
    }

    /** The next option, or null when there are no more. */
    @Nullable
    Match next() throws Failure {
        if (!bundle.isEmpty()) {
            return shortOption();
        }
        while (index < arguments.size()) {
            String word = arguments.get(index);
            if (word.equals("--")) {
                index++;
                break;
            }
            if (word.length() > 1 && word.charAt(0) == '-') {
                index++;
                return startOf(word);
            }
            if (inOrder) {
                break;
            }
            operands.add(word);
            index++;
        }
        operands.addAll(arguments.subList(index, arguments.size()));
        index = arguments.size();
        return null;
    }

    /** The words that are no options, in their order; complete when {@link #next} has returned null. */
    List<String> operands() {
        return operands;
    }

    private Match startOf(String word) throws Failure {
        if (word.charAt(1) == '-') {
            return longOption(word.substring(2));
        }
        bundle = word.substring(1);
        return shortOption();
    }

    private Match shortOption() throws Failure {
        char letter = bundle.charAt(0);
        String rest = bundle.substring(1);
        bundle = rest;
        Option option = byLetter(letter);
        if (option == null) {
            throw failure("invalid option -- '" + letter + "'");
        }
        if (option.argument() != Argument.REQUIRED) {
            return new Match(option, null);
        }
        bundle = "";
        if (!rest.isEmpty()) {
            return new Match(option, rest);
        }
        if (index == arguments.size()) {
            throw failure("option requires an argument -- '" + letter + "'");
        }
        return new Match(option, arguments.get(index++));
    }

    private Match longOption(String text) throws Failure {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        Option option = byName(name, text);
        if (equals >= 0) {
            if (option.argument() == Argument.NONE) {
                throw failure("option '--" + option.name() + "' doesn't allow an argument");
            }
            return new Match(option, text.substring(equals + 1));
        }
        if (option.argument() != Argument.REQUIRED) {
            return new Match(option, null);
        }
        if (index == arguments.size()) {
            throw failure("option '--" + option.name() + "' requires an argument");
        }
        return new Match(option, arguments.get(index++));
    }

    private Option byName(String name, String text) throws Failure {
        List<Option> candidates = new ArrayList<>();
        for (Option option : table) {
            if (option.name().equals(name)) {
                return option;
            }
            if (!option.own() && option.name().startsWith(name)) {
                candidates.add(option);
            }
        }
        if (candidates.isEmpty()) {
            throw failure("unrecognized option '--" + text + "'");
        }
        if (candidates.size() > 1) {
            throw failure(ambiguity(text, candidates));
        }
        return candidates.getFirst();
    }

    private static String ambiguity(String text, List<Option> candidates) {
        StringBuilder message = new StringBuilder("option '--" + text + "' is ambiguous; possibilities:");
        for (Option option : candidates) {
            message.append(" '--").append(option.name()).append('\'');
        }
        return message.toString();
    }

    private @Nullable Option byLetter(char letter) {
        for (Option option : table) {
            if (option.letter() == letter && letter != 0) {
                return option;
            }
        }
        return null;
    }

    private Failure failure(String message) {
        return new Failure(program + ": " + message);
    }
}
