/** A loop without sockets for the benchmarks. */
@NullMarked
package io.mtproxy.proxy.net;

import org.jspecify.annotations.NullMarked;
