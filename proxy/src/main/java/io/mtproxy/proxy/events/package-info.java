/**
 * What happens, named: counters and gauges (one flat array per loop, one writer each), the closed set of reasons why a
 * connection ends, and events for the log. Protocol code tells; who listens is decided elsewhere.
 */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.events;
