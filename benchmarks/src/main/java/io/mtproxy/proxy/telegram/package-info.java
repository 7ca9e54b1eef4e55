/** The far end of a link for the benchmarks. */
@NullMarked
package io.mtproxy.proxy.telegram;

import org.jspecify.annotations.NullMarked;
