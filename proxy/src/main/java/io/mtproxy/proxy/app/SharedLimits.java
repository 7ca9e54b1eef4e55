package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.RateLimit;

/**
 * Limits that hold for all loops of the process together.
 *
 * @param accepts      new connections
 * @param keyExchanges steps of key exchanges, which are the expensive part for Telegram
 */
record SharedLimits(RateLimit accepts, RateLimit keyExchanges) {}
