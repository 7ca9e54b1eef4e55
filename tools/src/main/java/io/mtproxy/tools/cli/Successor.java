package io.mtproxy.tools.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A second process of {@code mtproxyctl run}, on the same terminal: the first one ends, so that the launcher can become the
 * daemon, and the second one tells of the daemon as soon as there is one, and ends as well.
 */
final class Successor {

    private Successor() {}

    /** @param words the arguments of this process; the first is the command */
    static void start(List<String> words) throws IOException {
        String launcher = System.getProperty(RunCommand.LAUNCHER);
        if (launcher == null) {
            throw new IOException("started without the launcher bin/mtproxyctl, which becomes the daemon");
        }
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC", "-Xmx64m", "-XX:-UsePerfData", "-Xshare:auto",
                "-Dmtproxy.home=" + System.getProperty("mtproxy.home"), "-cp", System.getProperty("java.class.path"),
                Mtproxyctl.class.getName(), words.getFirst(), "--daemon", launcher));
        command.addAll(words.subList(1, words.size()));
        new ProcessBuilder(command).inheritIO().start();
    }
}
