package io.mtproxy.proxy.os;

import java.io.File;
import java.util.HashSet;
import java.util.Set;

/** {@code nice(2)} for a program with threads: on Linux niceness belongs to the thread. */
public final class Niceness {
    private static final int PRIO_PROCESS = 0;
    private static final int MIN = -20;
    private static final int MAX = 19;
    private static final int EACCES = 13;
    private static final int EPERM = 1;

    private Niceness() {}

    /**
     * Adds to the niceness of all threads of this process; threads made later inherit it.
     *
     * @throws OsException when the system does not allow it
     */
    public static void add(int increment) throws OsException {
        if (increment == 0) {
            return;
        }
        int now = Libc.call("getpriority", PRIO_PROCESS, 0, 0).value();
        int wanted = Math.clamp((long) now + increment, MIN, MAX);
        Set<String> done = new HashSet<>();
        boolean more = true;
        while (more) { // a thread may start others while we look
            more = false;
            for (String task : tasks()) {
                if (done.add(task)) {
                    set(Long.parseLong(task), wanted);
                    more = true;
                }
            }
        }
    }

    /** Thread ids; on a system where niceness belongs to the process, 0 = ourselves. */
    private static String[] tasks() {
        String[] tasks = new File("/proc/self/task").list();
        return tasks == null ? new String[] {"0"} : tasks;
    }

    private static void set(long task, int priority) throws OsException {
        Libc.Result result = Libc.call("setpriority", PRIO_PROCESS, task, priority);
        boolean refused = result.errno() == EACCES || result.errno() == EPERM;
        if (result.failed() && refused) {
            throw new OsException(Libc.strerror(EPERM)); // as nice(2) reports it; a thread that is gone does not matter
        }
    }
}
