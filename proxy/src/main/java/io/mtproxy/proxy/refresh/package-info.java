/** Fetches Telegram's config and shared secret from its site, again and again, far from the event loops, and keeps the last good ones. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.refresh;
