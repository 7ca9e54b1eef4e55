/**
 * Worker processes ({@code -M}): started by a small supervisor that opens the sockets, watches them and sums their numbers.
 * It serves no client and has no link to Telegram.
 */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.supervisor;
