/**
 * The way to Telegram: data centres, their targets, links to middle proxies, and the lane that each client session has on
 * one of them. One instance of everything per event loop; nothing here is shared between threads.
 */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.telegram;
