package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counter;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Without any link all packets wait, until too much of the loop's memory is theirs. */
class WaitingPacketsTest {
    private static final int PACKET = 1_000_000;
    private static final int FIT = (int) (LinkBounds.DEFAULT.maxOutput() / PACKET);

    private final FakeTelegramWorld world = new FakeTelegramWorld();
    private final List<Lane> lanes = new ArrayList<>();

    @AfterEach
    void end() {
        world.close();
    }

    private void send(int clients, int packets, int length) {
        byte[] packet = new byte[length];
        Bytes.putInt64(packet, 0, 5);
        for (int i = 0; i < clients; i++) {
            Lane lane = world.telegram.open(world.client(),
                    new Origin(2, Transport.PADDED, Endpoint.NONE, Endpoint.NONE, null));
            lanes.add(lane);
            for (int p = 0; p < packets; p++) {
                lane.forward(packet, 0, length, false);
            }
        }
    }

    @Test
    void whoComesWhenTooMuchWaitsIsClosedAndTheOthersStay() {
        send(FIT, 1, PACKET);
        assertThat(world.ends).isEmpty();
        send(3, 1, PACKET);
        assertThat(world.ends).hasSize(3).containsOnly(CloseReason.CLIENT_MEMORY);
        assertThat(world.counters.get(Counter.SESSIONS_WAITED)).isEqualTo(FIT);
        assertThat(world.counters.get(Counter.QUERIES_DROPPED)).isEqualTo(3);
    }

    @Test
    void whoLeavesMakesRoom() {
        for (int round = 0; round < 3; round++) {
            send(FIT, 1, PACKET);
            lanes.forEach(Lane::close);
            lanes.clear();
        }
        assertThat(world.ends).isEmpty();
        send(FIT + 1, 1, PACKET);
        assertThat(world.ends).containsExactly(CloseReason.CLIENT_MEMORY);
    }

    /** What a packet takes besides its bytes counts, too. */
    @Test
    void oneWithVeryManySmallPacketsIsClosedAndAllItHeldIsFreeAgain() {
        int small = 56;
        send(1, (int) (LinkBounds.DEFAULT.maxOutput() / (small + 64)) + 1, small);
        assertThat(world.ends).containsExactly(CloseReason.CLIENT_MEMORY);
        send(FIT, 1, PACKET);
        assertThat(world.ends).hasSize(1);
    }
}
