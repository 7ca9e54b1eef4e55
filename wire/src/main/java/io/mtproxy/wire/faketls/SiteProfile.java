package io.mtproxy.wire.faketls;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a site answers a ClientHello, as far as an onlooker sees it. Immutable, any thread.
 *
 * @param ciphers how the site chooses a cipher suite
 * @param groups the groups that it was seen to choose, the one it prefers first; others than x25519 and X25519MLKEM768 are
 *        passed over, since we cannot make their shares
 * @param extensions the extensions of its ServerHello in their order: key_share and supported_versions, once each, whose
 *        values are made for each answer, and others, which are copied for clients that offer them
 * @param flightLengths payload lengths of the encrypted record to draw from, each 1 to 16640: what the site's whole first
 *        flight had. Repeat a length to give it weight
 */
public record SiteProfile(CipherPolicy ciphers, List<Integer> groups, List<Extension> extensions,
        List<Integer> flightLengths) {

    /** An extension of the site's ServerHello; the value of key_share and supported_versions is not looked at. */
    public record Extension(int type, byte[] value) {
        static final int HEADER = 4;

        /** One whose value is made for each answer. */
        public static Extension made(int type) {
            return new Extension(type, new byte[0]);
        }
    }

    /** Copies the lists; IllegalArgumentException when something is not as described. */
    public SiteProfile {
        groups = List.copyOf(groups);
        extensions = List.copyOf(extensions);
        flightLengths = List.copyOf(flightLengths);
        Set<Integer> types = new HashSet<>();
        for (Extension extension : extensions) {
            if (!types.add(extension.type())) {
                throw new IllegalArgumentException("extension " + extension.type() + " twice, expected once");
            }
        }
        if (!types.contains(Tls.KEY_SHARE) || !types.contains(Tls.SUPPORTED_VERSIONS)) {
            throw new IllegalArgumentException("extensions " + types + ", expected 43 and 51 among them");
        }
        if (flightLengths.isEmpty()) {
            throw new IllegalArgumentException("no length of the first flight");
        }
        for (int length : flightLengths) {
            if (length < 1 || length > Tls.MAX_CIPHERTEXT) {
                throw new IllegalArgumentException(
                        "first flight of " + length + " bytes, expected 1.." + Tls.MAX_CIPHERTEXT);
            }
        }
    }

    /**
     * The only profile that C has: the client's first suite, x25519, key_share before supported_versions unless reversed.
     *
     * @param length of the encrypted record
     * @param varied the length is one less or more in a quarter of the answers each
     */
    public static SiteProfile likeC(boolean reversed, int length, boolean varied) {
        Extension share = Extension.made(Tls.KEY_SHARE);
        Extension versions = Extension.made(Tls.SUPPORTED_VERSIONS);
        return new SiteProfile(CipherPolicy.CLIENTS_CHOICE, List.of(Tls.X25519),
                reversed ? List.of(versions, share) : List.of(share, versions),
                varied ? List.of(length - 1, length, length, length + 1) : List.of(length));
    }

    /**
     * How a site chooses a cipher suite.
     *
     * @param clientOrder the client's order counts, not that of {@code suites}
     * @param suites what the site takes, best first
     */
    public record CipherPolicy(boolean clientOrder, List<Integer> suites) {
        /** The client's order, among the three suites that everybody has (RFC 8446, 9.1). */
        public static final CipherPolicy CLIENTS_CHOICE = new CipherPolicy(true,
                List.of(Tls.AES_128_GCM_SHA256, Tls.AES_256_GCM_SHA384, Tls.CHACHA20_POLY1305_SHA256));
        /** No suite of TLS 1.3 is offered. */
        public static final int NONE = -1;

        /** Copies the list. */
        public CipherPolicy {
            suites = List.copyOf(suites);
        }

        /**
         * The suite to answer with: the site's choice, else the client's first of the three that everybody has.
         *
         * @return {@link #NONE} when the client offers none of them
         */
        public int choose(ClientHello hello) {
            int chosen = clientOrder ? clientsFirst(hello, suites) : firstOffered(hello);
            return chosen == NONE ? clientsFirst(hello, CLIENTS_CHOICE.suites()) : chosen;
        }

        private int firstOffered(ClientHello hello) {
            for (int suite : suites) {
                if (hello.offersSuite(suite)) {
                    return suite;
                }
            }
            return NONE;
        }

        private static int clientsFirst(ClientHello hello, List<Integer> among) {
            for (int i = 0; i < hello.suites(); i++) {
                if (among.contains(hello.suite(i))) {
                    return hello.suite(i);
                }
            }
            return NONE;
        }
    }
}
