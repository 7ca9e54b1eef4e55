package io.mtproxy.tools.load;

/**
 * A load.
 *
 * @param target the proxy
 * @param work what each client does
 * @param clients how many there are at the same time
 */
public record LoadPlan(LoadTarget target, LoadWork work, int clients) {

    /** Checks the bounds. */
    public LoadPlan {
        require(clients > 0, "clients", clients, "> 0");
    }

    static void require(boolean condition, String name, Object value, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
