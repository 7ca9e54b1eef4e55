/** HAProxy's PROXY protocol, versions 1 and 2: who a client is, in front of the bytes that a balancer passes on. */
@org.jspecify.annotations.NullMarked
package io.mtproxy.wire.proxyprotocol;
