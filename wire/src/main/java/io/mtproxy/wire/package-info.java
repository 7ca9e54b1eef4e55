/** Pure codecs of the proxy's protocols: bytes in, records out. No I/O, no threads, no clock of their own. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.wire;
