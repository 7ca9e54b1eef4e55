package io.mtproxy.proxy.supervisor;

import io.mtproxy.proxy.os.Spawner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker is told by its supervisor, in one environment variable. The descriptors that it inherits stand in a fixed
 * order, as in systemd's protocol from 3 on: listening sockets, the memory of {@link io.mtproxy.proxy.stats.Board}, the
 * reading end of a pipe that the supervisor never writes to, a socket on which orders come, and what else they share.
 *
 * @param number     1 for the first worker
 * @param supervisor its process id
 * @param sockets    how many listening sockets
 */
public record WorkerSeat(int number, long supervisor, int sockets) {
    /** The environment variable. */
    public static final String VARIABLE = "MTPROXY_WORKER";

    /** Reads the variable's value; null when it is none of ours. */
    static @Nullable WorkerSeat parse(String value) {
        String[] parts = value.split(":", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            WorkerSeat seat = new WorkerSeat(Integer.parseInt(parts[0]), Long.parseLong(parts[1]),
                    Integer.parseInt(parts[2]));
            return seat.number > 0 && seat.sockets >= 0 ? seat : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The variable with its value. */
    byte[] variable() {
        return (VARIABLE + '=' + number + ':' + supervisor + ':' + sockets).getBytes(StandardCharsets.US_ASCII);
    }

    /** The listening sockets, in the order of {@code -H}. */
    public List<Integer> socketDescriptors() {
        List<Integer> descriptors = new ArrayList<>();
        for (int i = 0; i < sockets; i++) {
            descriptors.add(Spawner.FIRST + i);
        }
        return descriptors;
    }

    int memoryDescriptor() {
        return Spawner.FIRST + sockets;
    }

    int pipeDescriptor() {
        return Spawner.FIRST + sockets + 1;
    }

    /** A {@link io.mtproxy.proxy.os.UnixSocket} on which the supervisor says what a signal cannot. */
    public int ordersDescriptor() {
        return pipeDescriptor() + 1;
    }

    /** Memory that all workers share with their supervisor, in the order in which it was given to {@link Workers#start}. */
    public int sharedDescriptor(int index) {
        return ordersDescriptor() + 1 + index;
    }
}
