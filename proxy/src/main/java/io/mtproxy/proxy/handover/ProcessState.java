package io.mtproxy.proxy.handover;

import java.util.List;
import java.util.Map;

/**
 * What a process has to hand over, loop by loop; and what it has counted beside them.
 *
 * @param secretEnds by secret (hex) and reason, {@code secret@reason}: how many sessions ended
 * @param process    other counts of the process, by name
 */
public record ProcessState(List<LoopState> loops, Map<String, Long> secretEnds, Map<String, Long> process) {
    /** Connections of clients. */
    public int clients() {
        return loops.stream().mapToInt(loop -> loop.clients().size()).sum();
    }

    /** Links to middle proxies. */
    public int links() {
        return loops.stream().mapToInt(loop -> loop.telegram().links().size()).sum();
    }
}
