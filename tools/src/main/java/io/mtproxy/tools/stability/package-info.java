/**
 * Does the proxy stay as it is? Puts a started proxy under bursts, hostile crowds, slow readers, resets and a soak, and holds
 * its counters, descriptors, threads and memory to bounds.
 */
@NullMarked
package io.mtproxy.tools.stability;

import org.jspecify.annotations.NullMarked;
