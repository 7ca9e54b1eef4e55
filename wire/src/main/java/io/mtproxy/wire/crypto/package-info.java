/** AES streams, digests, checksums and key agreement over {@code byte[]}. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.wire.crypto;
