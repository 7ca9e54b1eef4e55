/**
 * The server's half of MTProto 2.0, as far as a client needs it to exchange a key and to get answers to encrypted
 * queries. Packets in, packets out: no sockets and no threads. Sources of numbers: core.telegram.org/mtproto and the TL
 * schema that stands beside each constant.
 */
@NullMarked
package io.mtproxy.tools.sim.mtproto;

import org.jspecify.annotations.NullMarked;
