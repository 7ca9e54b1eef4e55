/** Drives a proxy's process from outside: starts it, waits until it is ready, reads its counters, stops it. */
@NullMarked
package io.mtproxy.tools.process;

import org.jspecify.annotations.NullMarked;
