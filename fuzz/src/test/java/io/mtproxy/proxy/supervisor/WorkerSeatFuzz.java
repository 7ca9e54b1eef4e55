package io.mtproxy.proxy.supervisor;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import java.nio.charset.StandardCharsets;

/** What a worker reads in its environment. */
public final class WorkerSeatFuzz {
    private static final int MAX_ALLOCATION = 64 << 10;

    private WorkerSeatFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 256L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        String value = new String(in.rest(), StandardCharsets.UTF_8);
        WorkerSeat seat = WorkerSeat.parse(value);
        if (seat != null) {
            require(seat.number() > 0 && seat.sockets() >= 0, "seat " + seat);
            String variable = new String(seat.variable(), StandardCharsets.US_ASCII);
            same(WorkerSeat.parse(variable.substring(WorkerSeat.VARIABLE.length() + 1)), seat, "told again");
        }
    }
}
