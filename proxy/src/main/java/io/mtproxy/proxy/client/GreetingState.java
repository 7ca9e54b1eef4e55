package io.mtproxy.proxy.client;

import io.mtproxy.proxy.front.SpliceState;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Greeting} that goes on in another process. The array is not copied.
 *
 * @param heard what has come and may be needed again
 * @param refused no secret fits
 * @param splice the way to the site, null when there is none
 */
public record GreetingState(Kind kind, byte[] heard, boolean refused, @Nullable SpliceState splice) {
    /** How far it has come. */
    public enum Kind {
        /** a balancer has not told yet for whom it connects */
        BALANCER,
        /** without -D: no whole header yet, or one that no secret fits */
        PLAIN,
        /** no whole ClientHello yet */
        HELLO,
        /** answered, no header yet */
        HEADER,
        /** the site has it */
        PASSED_ON
    }
}
