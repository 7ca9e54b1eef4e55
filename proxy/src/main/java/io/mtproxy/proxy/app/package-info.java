/** {@code main}, start-up, wiring, life cycle: the only place that knows everything. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.proxy.app;
