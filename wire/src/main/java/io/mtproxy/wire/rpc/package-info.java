/** What a middle proxy speaks: frames, nonce, handshake and messages. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.wire.rpc;
