package io.mtproxy.proxy.cli;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any words as command line: settings within their bounds, or a refusal that says why; the same words say the same. */
public final class CommandLineFuzz {
    private static final int MAX_ALLOCATION = 512 << 10;

    private CommandLineFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 2048L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        boolean posixlyCorrect = in.choice(4) == 1;
        List<String> words = words(in.rest());
        String first = outcome(words, posixlyCorrect);
        if (!first.startsWith("refused") && !posixlyCorrect) {
            // what was no option may as well stand behind "--", and operands first are operands too
            List<String> moved = new ArrayList<>(words);
            if (!moved.contains("--")) {
                moved.add("--");
                same(outcome(moved, false), first, "with -- at the end");
            }
        }
    }

    /** Words without slashes: they name files of the working directory at most. */
    private static List<String> words(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8).replace('/', '_').replace('\0', '_');
        return Arrays.asList(text.split("\n", -1));
    }

    private static String outcome(List<String> words, boolean posixlyCorrect) {
        List<Integer> nice = new ArrayList<>();
        try {
            CommandLine.Parsed parsed = CommandLine.parse("mtproto-proxy", words, posixlyCorrect, nice::add);
            bounds(parsed);
            return nice + " " + parsed.settings().configFile() + parsed.settings().listening().ports()
                    + parsed.settings().limits() + parsed.settings().statsPort();
        } catch (Refusal e) {
            require(e.exitCode() == 2 || e.exitCode() == 1 || e.exitCode() == 4, "exit code " + e.exitCode());
            require(e.usage() || !e.lines().isEmpty(), "a refusal without a word");
            return "refused " + e.lines();
        }
    }

    private static void bounds(CommandLine.Parsed parsed) {
        Settings s = parsed.settings();
        for (int port : s.listening().ports()) {
            require(port > 0 && port < 65_536, "port " + port);
        }
        require(s.listening().ports().size() <= 128, "ports");
        Settings.Limits limits = s.limits();
        require(limits.connections() > 0 && limits.specialConnections() >= 0, "connections " + limits);
        require(limits.bufferBytes() > 2 << 20 && limits.bufferBytes() <= 1L << 40, "buffers " + limits);
        require(limits.acceptRate() >= 0 && limits.dhAcceptRate() >= 0, "rates " + limits);
        require(s.telegram().pingInterval() > 0 && s.telegram().natRules().size() <= 16, "telegram");
        require(s.host().workers() >= 0 && s.host().workers() <= 256, "workers " + s.host().workers());
        require(parsed.secrets().size() <= 128 && parsed.secrets().stream().allMatch(b -> b.length == 16), "secrets");
        byte[] tag = s.telegram().proxyTag();
        require(tag == null || tag.length == 16, "tag");
    }
}
