package io.mtproxy.proxy.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseTest {
    private final Counters counters = new Counters();
    private final Lease lease = new Lease(counters);

    @Test
    void everythingIsTakenBackOnce() {
        lease.raise(Counter.CLIENTS);
        lease.raise(Counter.CLIENTS);
        lease.raise(Counter.CLIENTS_UNPROVEN);
        assertThat(counters.get(Counter.CLIENTS)).isEqualTo(1);
        lease.lower(Counter.CLIENTS_UNPROVEN);
        lease.lower(Counter.CLIENTS_UNPROVEN);
        lease.lower(Counter.LANES);
        assertThat(counters.get(Counter.CLIENTS_UNPROVEN)).isZero();
        assertThat(counters.get(Counter.LANES)).isZero();

        lease.end(CloseReason.CLIENT_CLOSED);
        lease.end(CloseReason.CLIENT_FAILED);
        lease.release();

        assertThat(counters.get(Counter.CLIENTS)).isZero();
        assertThat(counters.get(CloseReason.CLIENT_CLOSED)).isEqualTo(1);
        assertThat(counters.get(CloseReason.CLIENT_FAILED)).isZero();
        lease.raise(Counter.CLIENTS);
        assertThat(counters.get(Counter.CLIENTS)).as("raised after the end").isZero();
    }

    @Test
    void theEndIsCountedByDataCentreAndSecret() {
        SecretUse use = new SecretUse();
        lease.place(-4, use);
        lease.end(CloseReason.LINK_LOST);
        Lease far = new Lease(counters);
        far.place(10_002, null);
        far.end(CloseReason.NO_LINK);

        assertThat(counters.get(CloseReason.LINK_LOST, DcSlot.of(-4))).isEqualTo(1);
        assertThat(counters.get(CloseReason.LINK_LOST, DcSlot.of(4))).isZero();
        assertThat(counters.get(CloseReason.NO_LINK, DcSlot.OTHER)).isEqualTo(1);
        assertThat(counters.get(CloseReason.LINK_LOST)).isEqualTo(1);
        assertThat(use.ended(CloseReason.LINK_LOST)).isEqualTo(1);
    }
}
