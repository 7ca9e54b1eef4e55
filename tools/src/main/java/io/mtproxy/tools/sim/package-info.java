/**
 * A simulated Telegram: a middle proxy that speaks the real protocol to any proxy, with the server's half of MTProto
 * behind it. Embedded by tests, demo, load, dual run and drill, and run as a command. Blocking sockets, one virtual thread
 * per link. Start reading at {@link io.mtproxy.tools.sim.SimulatedTelegram}, then {@code Link}, which tells a link's life; for
 * clients without a middle proxy at {@link io.mtproxy.tools.sim.SimulatedDataCentre}, then {@code DirectClient}.
 */
@NullMarked
package io.mtproxy.tools.sim;

import org.jspecify.annotations.NullMarked;
