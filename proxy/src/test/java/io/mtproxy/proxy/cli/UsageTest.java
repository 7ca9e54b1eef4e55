package io.mtproxy.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void oursStandBehindC() {
        assertThat(lines).hasSize(3 + 36);
        assertThat(lines.subList(37, 39)).allMatch(
                line -> line.startsWith("\t--mtproto-secret-file <arg> ")
                        || line.startsWith("\t--random-padding-only/-R "));
        assertThat(lines.getLast()).startsWith("\t--random-padding-only/-R ");
    }
}
