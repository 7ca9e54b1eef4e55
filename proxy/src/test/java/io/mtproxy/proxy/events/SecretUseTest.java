package io.mtproxy.proxy.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretUseTest {
    private final SecretUse use = new SecretUse();

    @Test
    void countsDistinctAddressesAndKeysNotSessions() {
        SecretUse.Address one = new SecretUse.Address(1, 2);
        SecretUse.Address other = new SecretUse.Address(1, 3);
        use.enter(one);
        use.enter(new SecretUse.Address(1, 2));
        use.enter(other);
        assertThat(use.addresses()).isEqualTo(2);
        use.leave(one);
        assertThat(use.addresses()).isEqualTo(2);
        use.leave(one);
        use.leave(other);
        assertThat(use.addresses()).isZero();
        use.enterKey(7);
        use.enterKey(7);
        use.leaveKey(7);
        assertThat(use.authKeys()).isEqualTo(1);
        use.leaveKey(7);
        assertThat(use.authKeys()).isZero();
    }
}
