package io.mtproxy.proxy.os;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Listening sockets that whoever started us had opened: systemd's protocol, also used for workers. */
public final class InheritedSockets {
    private static final int FIRST = 3;

    private InheritedSockets() {}

    /**
     * Descriptors from {@value #FIRST} on that were left open for this process.
     *
     * @param environment LISTEN_FDS = how many, LISTEN_PID = for whom; both must be there
     * @param pid this process
     */
    public static List<Integer> listening(Map<String, String> environment, long pid) {
        if (!environment.getOrDefault("LISTEN_PID", "").equals(Long.toString(pid))) {
            return List.of();
        }
        String count = environment.getOrDefault("LISTEN_FDS", "");
        if (!count.matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException("LISTEN_FDS is \"" + count + "\", expected a number");
        }
        List<Integer> descriptors = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(count); i++) {
            descriptors.add(FIRST + i);
        }
        return descriptors;
    }
}
