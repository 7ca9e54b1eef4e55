package io.mtproxy.proxy.front;

import io.mtproxy.wire.faketls.Tls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of a site. Immutable; any thread.
 *
 * @param domain      as given with {@code -D}
 * @param origin      where the rest comes from
 * @param seenAt      unix time in seconds
 * @param chachaFirst the cipher suite for clients that put 1303 first, as browsers on machines without AES instructions do;
 *                    0 = unknown
 * @param hybrid      the answer to hellos with shares for both X25519MLKEM768 and X25519, as browsers of today send; null when
 *                    the site did not answer enough of them
 * @param classic     the answer to hellos with a share for X25519 alone
 */
record SiteSighting(String domain, Origin origin, long seenAt, int chachaFirst, @Nullable Answer hybrid,
        Answer classic) {

    /** Where a sighting comes from. */
    enum Origin {
        /** The site was asked. */
        PROBED,
        /** The site has never answered: drawn once per installation. */
        DRAWN
    }

    boolean probed() {
        return origin == Origin.PROBED;
    }

    /** The answer to clients of today, as far as we know. */
    Answer main() {
        return hybrid == null ? classic : hybrid;
    }

    /**
     * The clear part of an answer and the sizes of the encrypted one. The session id always came back: it is no TLS 1.3
     * otherwise.
     *
     * @param cipherSuite        chosen of 1301, 1302, 1303 in that order; 0 = unknown
     * @param group              of the key share
     * @param extensions         types in the ServerHello, in its order: key_share and supported_versions
     * @param serverHelloLength  bytes of the ServerHello without record header
     * @param changeCipherSpecAt how many records come before the ChangeCipherSpec; -1 = there is none
     * @param flights            what followed encrypted, up to where the site waited for us; at least one
     */
    record Answer(int cipherSuite, int group, List<Integer> extensions, int serverHelloLength, int changeCipherSpecAt,
            List<Flight> flights) {
        Answer {
            extensions = List.copyOf(extensions);
            flights = List.copyOf(flights);
        }

        /** Whether supported_versions comes first, as OpenSSL has it; C calls that order reversed. */
        boolean reversed() {
            return extensions.getFirst() == Tls.SUPPORTED_VERSIONS;
        }

        /** Whether the site has put its encrypted flight into more than one record, which Telegram's clients do not take. */
        boolean severalRecords() {
            return flights.stream().anyMatch(flight -> flight.records().size() > 1);
        }

        /** Whether flights are longer than one record can be. */
        boolean tooLong() {
            return flights.stream().anyMatch(flight -> flight.bytes() > Tls.HEADER + Tls.MAX_CIPHERTEXT);
        }
    }

    /**
     * An encrypted first flight.
     *
     * @param times   how often it was seen, at least 1
     * @param records lengths of the records without their 5-byte headers, in order; at least one
     */
    record Flight(int times, List<Integer> records) {
        Flight {
            records = List.copyOf(records);
        }

        /** All bytes on the wire, record headers included. */
        int bytes() {
            return records.stream().mapToInt(length -> Tls.HEADER + length).sum();
        }

        /** The length of one record that takes as many bytes on the wire, as far as one record can. */
        int oneRecord() {
            return Math.min(bytes() - Tls.HEADER, Tls.MAX_CIPHERTEXT);
        }
    }
}
