/**
 * Load through a proxy: clients that speak the obfuscated transports, and the answering side that the simulated Telegram
 * serves them with. Every byte is checked, both ways.
 *
 * <p>A client is one virtual thread on a blocking socket; what several of them count is kept in thread-safe tallies.
 */
@NullMarked
package io.mtproxy.tools.load;

import org.jspecify.annotations.NullMarked;
