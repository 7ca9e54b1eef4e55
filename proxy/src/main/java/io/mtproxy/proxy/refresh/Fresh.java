package io.mtproxy.proxy.refresh;

import org.jspecify.annotations.Nullable;

/**
 * What a round brought: good as far as can be told.
 *
 * @param secret null when it was not asked for
 */
record Fresh(byte[] config, byte @Nullable [] secret) {}
