/**
 * Fake TLS: what a proxy and its clients say so that it looks like TLS 1.3 (RFC 8446) with some site. No I/O, no clock,
 * no threads; randomness is given in.
 */
@org.jspecify.annotations.NullMarked
package io.mtproxy.wire.faketls;
