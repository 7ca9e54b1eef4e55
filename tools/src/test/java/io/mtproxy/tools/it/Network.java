package io.mtproxy.tools.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A network namespace in which a proxy lives, with two roads to it: one for clients, one for Telegram, which stay out here. On
 * each road packets can be made to vanish, without a word to either side. Needs root and iproute2; the test is skipped without.
 *
 * @param subnet of our own, from the addresses that RFC 2544 has for tests
 */
record Network(String name, String subnet) {

    /** Which way: the last part of the address out here and of that inside. */
    enum Road {
        CLIENTS(1, 2),
        TELEGRAM(5, 6);

        private final int outside;
        private final int inside;

        Road(int outside, int inside) {
            this.outside = outside;
            this.inside = inside;
        }
    }

    static Network create() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")) && installed("ip"), "needs root and iproute2");
        long pid = ProcessHandle.current().pid();
        Network network = new Network("mtproxy-" + pid, String.format(Locale.ROOT, "198.18.%d.", pid % 256));
        ip("netns", "add", network.name);
        try {
            network.connect();
        } catch (IOException | InterruptedException e) {
            network.remove();
            throw e;
        }
        return network;
    }

    private static boolean installed(String program) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private void connect() throws IOException, InterruptedException {
        String cable = "mt" + ProcessHandle.current().pid();
        ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
        for (Road road : Road.values()) {
            ip("addr", "add", subnet + road.outside + "/30", "dev", cable);
            ip("-n", name, "addr", "add", subnet + road.inside + "/30", "dev", "eth0");
        }
        ip("link", "set", cable, "up");
        ip("-n", name, "link", "set", "eth0", "up");
        ip("-n", name, "link", "set", "lo", "up");
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        String[] command = Stream.concat(Stream.of("ip"), Stream.of(arguments)).toArray(String[]::new);
        ProcessFacts.run(command);
    }

    /** The command that starts another one inside. */
    List<String> inside() {
        return List.of("ip", "netns", "exec", name);
    }

    /** Where the proxy is for whoever takes that road. */
    InetAddress proxy(Road road) {
        return InetAddress.ofLiteral(subnet + road.inside);
    }

    /** Where those at the other end of the road are for the proxy. */
    InetAddress other(Road road) {
        return InetAddress.ofLiteral(subnet + road.outside);
    }

    /** From now on no packet gets through. */
    void cut(Road road) throws IOException, InterruptedException {
        hole("add", road);
    }

    void mend(Road road) throws IOException, InterruptedException {
        hole("del", road);
    }

    /** At the end that is dialled, since who dials into a hole of its own is told. */
    private void hole(String verb, Road road) throws IOException, InterruptedException {
        switch (road) {
            case CLIENTS -> ip("-n", name, "route", verb, "blackhole", subnet + road.outside + "/32");
            case TELEGRAM -> ip("route", verb, "blackhole", subnet + road.inside + "/32");
        }
    }

    /** Everything is as before. */
    void remove() throws IOException, InterruptedException {
        if (ProcessFacts.run("ip", "route", "show", "type", "blackhole").contains(subnet)) {
            mend(Road.TELEGRAM);
        }
        ip("netns", "del", name); // the cable goes with it, and what holes are in it
    }
}
