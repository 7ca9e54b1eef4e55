package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneTableTest {
    private final FakeTelegramWorld world = new FakeTelegramWorld();
    private final LaneTable table = world.telegram.lanes;

    @AfterEach
    void end() {
        world.close();
    }

    private MiddleLane lane() {
        return new MiddleLane(world.telegram, world.client(),
                new Origin(2, Transport.PADDED, Endpoint.NONE, Endpoint.NONE, null));
    }

    @Test
    void findsExactlyTheLivingOnesAndNeverGivesAnIdTwice() {
        Map<Long, MiddleLane> living = new HashMap<>();
        Set<Long> ever = new HashSet<>();
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            if (living.size() < 600 && random.nextBoolean() || living.isEmpty()) {
                MiddleLane lane = lane();
                assertThat(lane.id()).isNotZero();
                assertThat(ever.add(lane.id())).as("id used again").isTrue();
                living.put(lane.id(), lane);
            } else {
                long id = living.keySet().iterator().next();
                living.remove(id).close();
                assertThat(table.find(id)).isNull();
            }
        }
        living.forEach((id, lane) -> assertThat(table.find(id)).isSameAs(lane));
        assertThat(table.find(0)).isNull();
        assertThat(table.find(-1)).isNull();
        assertThat(table.find(Long.MAX_VALUE)).isNull();
    }
}
