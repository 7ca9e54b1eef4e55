/** Benchmarks of single codecs and ciphers; those of a session are beside the classes they drive. */
@NullMarked
package io.mtproxy.benchmarks;

import org.jspecify.annotations.NullMarked;
