/** What a client speaks: the 64-byte obfuscated2 header and the three framings behind it. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.wire.obfuscated;
