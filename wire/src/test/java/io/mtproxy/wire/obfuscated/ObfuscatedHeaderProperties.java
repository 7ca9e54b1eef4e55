package io.mtproxy.wire.obfuscated;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Created;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class ObfuscatedHeaderProperties {
    @Property
    void theProxyUnderstandsTheClient(@ForAll Transport transport, @ForAll short dc,
            @ForAll @Size(16) byte[] secret, @ForAll boolean secretless, @ForAll long seed, @ForAll byte[] data) {
        Created client = ObfuscatedHeader.create(transport, dc, secretless ? null : secret, new Random(seed));
        assertThat(client.bytes()).hasSize(64);
        assertThat(ObfuscatedHeader.reserved(client.bytes())).isFalse();
        Accepted proxy = ObfuscatedHeader.accept(client.bytes(), 0, secretless ? List.of() : List.of(secret));
        assertThat(proxy).isNotNull();
        assertThat(proxy.transport()).isEqualTo(transport);
        assertThat(proxy.dc()).isEqualTo(dc);
        assertThat(client.toProxy().position()).isEqualTo(64);
        assertThat(client.fromProxy().position()).isZero();
        assertCarries(client.toProxy(), proxy.fromClient(), data);
        assertCarries(proxy.toClient(), client.fromProxy(), data);
    }

    @Property
    void noiseNeverRaises(@ForAll @Size(64) byte[] noise, @ForAll @Size(max = 3) List<@Size(16) byte[]> secrets) {
        Accepted accepted = new HeaderAcceptor().accept(noise, 0, secrets);
        // a tag fits by chance about once in a thousand million
        assertThat(accepted).isNull();
    }

    private static void assertCarries(AesCtr sender, AesCtr receiver, byte[] data) {
        byte[] sent = new byte[data.length];
        byte[] received = new byte[data.length];
        sender.apply(data, 0, data.length, sent, 0);
        receiver.apply(sent, 0, data.length, received, 0);
        assertThat(received).isEqualTo(data);
    }
}
