package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.net.SocketSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Listening sockets that a service manager opened for us (socket activation, {@code LISTEN_FDS}). They replace the sockets
 * that we would open at their ports.
 */
final class HandedSockets {
    private final List<Listener> left = new ArrayList<>();

    /** @param descriptors of listening sockets, all of which are taken over */
    HandedSockets(List<Integer> descriptors, EventLoops loops, SocketSettings accepted) throws Refusal {
        for (int descriptor : descriptors) {
            try {
                left.add(loops.inherit(descriptor, accepted));
            } catch (IOException e) {
                throw Refusal.exit(1, Line.log("cannot take over a socket that was handed to us: " + e.getMessage()));
            }
        }
    }

    /** Those at a port, once. */
    List<Listener> take(int port) {
        List<Listener> taken = left.stream().filter(listener -> listener.address().port() == port).toList();
        left.removeAll(taken);
        return taken;
    }

    /** The port of one of them in a range; -1 when there is none. */
    int within(int first, int last) {
        return left.stream().mapToInt(listener -> listener.address().port())
                .filter(port -> first <= port && port <= last).findFirst().orElse(-1);
    }

    /** Nothing may be left when all ports are open, except at these: who connects there would wait for ever. */
    void requireTaken(IntPredicate except) throws Refusal {
        for (Listener listener : left) {
            int port = listener.address().port();
            if (!except.test(port)) {
                throw Refusal.exit(1, Line.log("a socket at port " + port
                        + " was handed to us, expected are those of -H, and of -p with --http-stats"));
            }
        }
    }
}
