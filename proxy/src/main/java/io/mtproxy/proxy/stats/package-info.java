/** The statistics port: HTTP as C answers it, and the page with its keys in C's order. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.stats;
