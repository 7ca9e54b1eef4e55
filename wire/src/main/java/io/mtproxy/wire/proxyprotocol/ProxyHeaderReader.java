package io.mtproxy.wire.proxyprotocol;

import static io.mtproxy.wire.proxyprotocol.ProxyHeader.ADDRESSES_4;
import static io.mtproxy.wire.proxyprotocol.ProxyHeader.ADDRESSES_6;
import static io.mtproxy.wire.proxyprotocol.ProxyHeader.MAX_V1;
import static io.mtproxy.wire.proxyprotocol.ProxyHeader.SIGNATURE_LENGTH;
import static io.mtproxy.wire.proxyprotocol.ProxyHeader.V2_HEAD;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.IpText;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the header of either version from in front of a connection, in any segmentation. One per connection, one owner thread.
 */
public final class ProxyHeaderReader {
    /** Bytes behind the fixed part of version 2, addresses and TLVs. */
    static final int MAX_REST = 4096;

    private final byte[] head = new byte[MAX_V1];
    private int have;
    /** Version 2: bytes of the addresses that matter. */
    private int addresses;
    /** Version 2: bytes that mean nothing to us and are still to come. */
    private int skip;
    private boolean done;
    private @Nullable Address source;
    private @Nullable Address destination;

    /**
     * Takes bytes of the header.
     *
     * @return how many; what is left of {@code len} comes from the client
     * @throws ProtocolException preallocated: MESSAGE for what is no header, LENGTH for one that is too long, or too short for
     *         its addresses. The reader is not to be used any more
     */
    public int feed(byte[] b, int off, int len) {
        int used = 0;
        while (used < len && !done) {
            if (skip > 0) {
                int n = Math.min(skip, len - used);
                used += n;
                skip -= n;
                done = skip == 0;
            } else {
                next(b[off + used++]);
            }
        }
        return used;
    }

    /** Whether the header is whole. */
    public boolean done() {
        return done;
    }

    /** The client's end; null when that of the socket holds (LOCAL, UNKNOWN, other families). Valid when done. */
    public @Nullable Address source() {
        return source;
    }

    /** Where the client connected to; null as {@link #source}. */
    public @Nullable Address destination() {
        return destination;
    }

    private void next(byte value) {
        head[have++] = value;
        if (head[0] == ProxyHeader.signature(0)) {
            binary(value);
        } else {
            line(value);
        }
    }

    // ---- version 1

    private void line(byte value) {
        if (have <= ProxyHeader.V1.length()) {
            require(value == ProxyHeader.V1.charAt(have - 1));
        } else if (value == '\n') {
            require(head[have - 2] == '\r');
            String text = new String(head, 0, have - 2, StandardCharsets.ISO_8859_1);
            words(text.substring(ProxyHeader.V1.length()).split(" ", -1));
            done = true;
        } else if (have == MAX_V1) {
            throw ProtocolException.of(Kind.LENGTH);
        }
    }

    private void words(String[] words) {
        if (words[0].equals("UNKNOWN")) {
            return; // whatever follows
        }
        require(words.length == 5 && (words[0].equals("TCP4") || words[0].equals("TCP6")));
        boolean wide = words[0].equals("TCP6");
        source = address(wide, words[1], words[3]);
        destination = address(wide, words[2], words[4]);
    }

    private static Address address(boolean wide, String ip, String port) {
        byte[] bytes = wide ? IpText.parse6(ip) : IpText.parse4(ip);
        int number = IpText.port(port);
        if (bytes == null || number < 0) {
            throw ProtocolException.of(Kind.MESSAGE);
        }
        return ProxyHeader.narrow(bytes, number);
    }

    // ---- version 2

    private void binary(byte value) {
        if (have <= SIGNATURE_LENGTH) {
            require(value == ProxyHeader.signature(have - 1));
        } else if (have == V2_HEAD) {
            fixedPart();
        } else if (have == V2_HEAD + addresses) {
            int ip = addresses / 2 - 2;
            source = ProxyHeader.narrow(Arrays.copyOfRange(head, V2_HEAD, V2_HEAD + ip), int16(have - 4));
            destination = ProxyHeader.narrow(Arrays.copyOfRange(head, V2_HEAD + ip, V2_HEAD + 2 * ip), int16(have - 2));
            rest();
        }
    }

    private void fixedPart() {
        int command = head[12];
        int family = head[13] & 0xff;
        require(command == ProxyHeader.LOCAL || command == ProxyHeader.PROXY);
        require(family >> 4 <= 3 && (family & 15) <= 2);
        boolean matters = command == ProxyHeader.PROXY;
        if (matters && family == ProxyHeader.TCP4) {
            addresses = ADDRESSES_4;
        } else if (matters && family == ProxyHeader.TCP6) {
            addresses = ADDRESSES_6;
        }
        int length = int16(14);
        if (length > MAX_REST || length < addresses) {
            throw ProtocolException.of(Kind.LENGTH);
        }
        if (addresses == 0) {
            rest();
        }
    }

    /** The addresses are read, where there are any: skips the rest. */
    private void rest() {
        skip = int16(14) - addresses;
        done = skip == 0;
    }

    private int int16(int at) {
        return ((head[at] & 0xff) << 8) | (head[at + 1] & 0xff);
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw ProtocolException.of(Kind.MESSAGE);
        }
    }
}
