/** Benchmarks of a client's session. */
@NullMarked
package io.mtproxy.proxy.client;

import org.jspecify.annotations.NullMarked;
