package io.mtproxy.tools.probe;

import io.mtproxy.wire.faketls.Tls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an onlooker keeps of a server's first flight in TLS 1.3.
 *
 * @param hello its ServerHello
 * @param changeCipherSpec whether one stood right behind the ServerHello
 * @param records payload lengths of the encrypted records
 */
record Fingerprint(ServerHello hello, boolean changeCipherSpec, List<Integer> records) {

    Fingerprint {
        records = List.copyOf(records);
    }

    /** Null for anything else. */
    static @Nullable Fingerprint of(byte[] flight) {
        if (flight.length < Tls.HEADER + Tls.HANDSHAKE_HEADER || flight[0] != Tls.HANDSHAKE
                || flight[Tls.HEADER] != Tls.SERVER_HELLO) {
            return null;
        }
        int at = Tls.HEADER + Tls.uint16(flight, 3);
        if (at > flight.length) {
            return null;
        }
        ServerHello hello = ServerHello.read(flight, Tls.HEADER + Tls.HANDSHAKE_HEADER,
                at - Tls.HEADER - Tls.HANDSHAKE_HEADER);
        boolean changeCipherSpec = at < flight.length && flight[at] == Tls.CHANGE_CIPHER_SPEC;
        List<Integer> records = new ArrayList<>();
        while (at + Tls.HEADER <= flight.length) {
            int length = Tls.uint16(flight, at + 3);
            if (flight[at] == Tls.APPLICATION_DATA) {
                records.add(length);
            }
            at += Tls.HEADER + length;
        }
        return new Fingerprint(hello, changeCipherSpec, records);
    }

    /** Bytes of all encrypted records, headers included. */
    int encryptedBytes() {
        return records.stream().mapToInt(length -> Tls.HEADER + length).sum();
    }
}
