package io.mtproxy.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretHintsTest {
    private final SecretHints hints = new SecretHints();

    @Test
    void theLastSecretOfAnAddressIsKnown() {
        byte[] address = {10, 1, 2, 3};
        assertThat(hints.of(address)).isEqualTo(SecretHints.NONE);
        hints.seen(address, 0);
        assertThat(hints.of(address)).isZero();
        hints.seen(address, 127);
        assertThat(hints.of(address)).isEqualTo(127);
    }

    @Test
    void neighboursRarelyDisplaceEachOther() {
        for (int i = 0; i < 1024; i++) {
            hints.seen(address(i), i);
        }
        int kept = 0;
        for (int i = 0; i < 1024; i++) {
            kept += hints.of(address(i)) == i ? 1 : 0;
        }
        assertThat(kept).isGreaterThan(900);
    }

    private static byte[] address(int i) {
        return new byte[] {127, 0, (byte) (i >> 8), (byte) i};
    }

    @Test
    void ofAnIpv6AddressTheNetworkCounts() {
        byte[] one = {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8};
        byte[] two = one.clone();
        two[15] = 99;
        hints.seen(one, 5);
        assertThat(hints.of(two)).isEqualTo(5);
    }
}
