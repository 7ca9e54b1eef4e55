package io.mtproxy.proxy.config;

import io.mtproxy.proxy.config.Refusal.Line;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The environment's say on connections to Telegram: five variables, {@code MTPROXY_OUTBOUND_...}. Immutable.
 *
 * @param connectMillis bound of one attempt to connect, above 0
 * @param writeMillis a link that takes nothing of what waits for so long is closed; 0 = never
 * @param readMillis ... from which nothing is heard for so long since the oldest unanswered ping; 0 = as {@code -T} says
 * @param idleMillis ... which has no clients for so long, beyond {@code min_connections}; 0 = never
 * @param maxFrame bytes of the longest packet of a client and of the longest frame of Telegram; 0 = not given, each has its
 *        own default
 */
public record Outbound(int connectMillis, int writeMillis, int readMillis, int idleMillis, int maxFrame) {
    /** What holds when nothing is set. */
    public static final Outbound DEFAULT = new Outbound(3000, 20_000, 0, 90_000, 0);

    private static final String PREFIX = "MTPROXY_OUTBOUND_";
    private static final int DAY_MILLIS = 86_400_000;
    /** Smaller frames could not carry a key exchange. */
    private static final int LEAST_FRAME = 1024;
    private static final int MOST_FRAME = 16 << 20;

    /**
     * Reads them; one that is empty counts as not set.
     *
     * @param environment the value of a variable, null when it is not set
     * @throws Refusal when a value makes no sense
     */
    public static Outbound of(UnaryOperator<@Nullable String> environment) throws Refusal {
        return new Outbound(
                number(environment, "CONNECT_TIMEOUT_MS", 1, DAY_MILLIS, "milliseconds", DEFAULT.connectMillis),
                number(environment, "WRITE_TIMEOUT_MS", 0, DAY_MILLIS, "milliseconds, 0 = never", DEFAULT.writeMillis),
                number(environment, "READ_TIMEOUT_MS", 0, DAY_MILLIS, "milliseconds, 0 = never", DEFAULT.readMillis),
                number(environment, "IDLE_TIMEOUT_MS", 0, DAY_MILLIS, "milliseconds, 0 = never", DEFAULT.idleMillis),
                number(environment, "MAX_FRAME_SIZE", LEAST_FRAME, MOST_FRAME, "bytes", DEFAULT.maxFrame));
    }

    private static int number(UnaryOperator<@Nullable String> environment, String name, int least, int most,
            String unit, int otherwise) throws Refusal {
        String text = environment.apply(PREFIX + name);
        if (text == null || text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // the same message
        }
        throw Refusal.exit(2, Line.log("fatal: " + PREFIX + name + " is \"" + text + "\", expected a whole number from "
                + least + " to " + most + " (" + unit + ")"));
    }
}
