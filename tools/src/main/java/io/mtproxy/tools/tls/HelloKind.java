package io.mtproxy.tools.tls;

import io.mtproxy.wire.faketls.ClientHelloBuilder;
import io.mtproxy.wire.faketls.FastKeyMaterial;
import io.mtproxy.wire.faketls.HelloTemplates;
import io.mtproxy.wire.faketls.KeyMaterial;
import io.mtproxy.wire.faketls.Noise;
import java.security.SecureRandom;

/** What a ClientHello looks like. Any thread. */
public enum HelloKind {
    /** 517 bytes: a share for x25519, padding, extensions in a fixed order; clients up to 2025. */
    CLASSIC,
    /** 1.7 to 1.85 KB: shares for X25519MLKEM768 and x25519, extensions in random order; clients of 2026. */
    MODERN;

    /** A hello to be finished, with keys of its own. */
    public ClientHelloBuilder template(SecureRandom random) {
        KeyMaterial keys = new FastKeyMaterial(new Noise(random));
        return switch (this) {
            case CLASSIC -> HelloTemplates.classic(random, keys);
            case MODERN -> HelloTemplates.modern(random, keys);
        };
    }
}
