package io.mtproxy.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageTest {
    private final List<String> lines = Usage.text("prog", "version").lines().toList();

    @Test
    void beginsAsC() {
        assertThat(lines).startsWith(
                "usage: prog [-v] [-6] [-p<port>] [-H<http-port>{,<http-port>}] [-M<workers>] [-u<username>] [-b<backlog>]"
                        + " [-c<max-conn>] [-l<log-name>] [-W<window-size>] <config-file>",
                "version", "\tSimple MT-Proto proxy",
                "\t--ipv6/-6                          \tenables ipv6 TCP/UDP support",
                "\t--max-special-connections/-C <arg> \tsets maximal number of accepted client connections per worker");
    }

    @Test
    void optionalArgumentsHaveBraces() {
        assertThat(lines)
                .contains("\t--daemonize/-d {arg}               \tchanges between daemonize/not daemonize mode");
    }

    /** Option, effect, code, test: none may be missing or without a test. */
    @Test
    void everyOptionHasARowInTheDocument() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "functional-coverage.md"));
        List<String[]> rows = document.lines().dropWhile(line -> !line.equals("## Options")).skip(1)
                .takeWhile(line -> !line.startsWith("## ")).filter(line -> line.startsWith("| `-"))
                .map(line -> line.split(" \\| ")).toList();
        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            assertThat(row).as(row[0]).hasSize(4);
            assertThat(row[3]).as("test of " + row[0]).contains("`");
        });
        for (Option option : Options.TABLE) {
            String name = option.letter() == 0 ? "--" + option.name() : "-" + option.letter();
            assertThat(rows).as(name).anyMatch(row -> row[0].contains("`" + name + "`"));
        }
    }

    @Test
    void oursStandBehindC() {
        assertThat(lines).hasSize(3 + Options.TABLE.size());
        assertThat(lines.get(37)).startsWith("\t--mtproto-secret-file <arg> ");
        assertThat(lines.get(38)).startsWith("\t--random-padding-only/-R ");
        assertThat(Options.TABLE.subList(0, 35)).noneMatch(Option::own);
        assertThat(Options.TABLE.subList(35, Options.TABLE.size())).allMatch(Option::own);
    }
}
