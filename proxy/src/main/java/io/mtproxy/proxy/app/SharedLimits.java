package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.client.ConnectionLimit;
import io.mtproxy.proxy.telegram.ConnectBudget;
import io.mtproxy.proxy.telegram.Vias;

/**
 * Limits that hold for all loops of the process together, and what they know in common of clients.
 *
 * @param accepts      new connections
 * @param keyExchanges steps of key exchanges, which are the expensive part for Telegram
 * @param clients      connections of clients at once
 * @param hints        which secret was last seen from where
 * @param connects     links that are on their way to become ready
 * @param vias         proxies through which Telegram is reached
 */
record SharedLimits(RateLimit accepts, RateLimit keyExchanges, ConnectionLimit clients, SecretHints hints,
        ConnectBudget connects, Vias vias) {}
