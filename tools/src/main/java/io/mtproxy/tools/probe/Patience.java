package io.mtproxy.tools.probe;

import java.time.Duration;

/**
 * How long a prober waits.
 *
 * @param limit for the whole of a connection
 * @param quiet an answer is complete when nothing more came for so long
 */
public record Patience(Duration limit, Duration quiet) {}
