package io.mtproxy.proxy.config;

/** Where client secrets come from; kept so that a reload can read files again. */
public sealed interface SecretSource {

    /**
     * {@code -S}.
     *
     * @param secret 16 bytes
     */
    record Given(byte[] secret) implements SecretSource {}

    /** {@code --mtproto-secret-file}. */
    record FromFile(String path) implements SecretSource {}
}
