package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.client.ConnectionLimit;

/**
 * Limits that hold for all loops of the process together.
 *
 * @param accepts      new connections
 * @param keyExchanges steps of key exchanges, which are the expensive part for Telegram
 * @param clients      connections of clients at once
 */
record SharedLimits(RateLimit accepts, RateLimit keyExchanges, ConnectionLimit clients) {}
