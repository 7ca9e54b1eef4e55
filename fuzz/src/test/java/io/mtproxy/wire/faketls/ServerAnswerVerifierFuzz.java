package io.mtproxy.wire.faketls;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.ProtocolException;

/** The client's side: answers of servers that may be anybody. */
public final class ServerAnswerVerifierFuzz {
    private static final int MAX_ALLOCATION = 64 << 10;
    private static final int UNDECIDED = 0;
    private static final int REFUSED = -1;
    private static final TlsSecret SECRET = new TlsSecret(new byte[] {1});
    private static final byte[] HELLO = new byte[Tls.RANDOM + Tls.RANDOM_LENGTH];

    private ServerAnswerVerifierFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 64L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        boolean repaired = in.choice(2) == 1;
        byte[] b = in.rest();
        int length = repaired ? repair(b) : 0;
        int whole = verify(b, b.length);
        if (length > 0) {
            same(whole, length, "a good answer's length");
        }
        require(whole <= b.length, "answer of " + whole);
        // fewer bytes decide nothing or the same
        for (int n = 1; n < b.length; n += 1 + n / 2) {
            int early = verify(b, n);
            require(early == UNDECIDED || early == whole, n + " bytes say " + early + ", all say " + whole);
        }
        if (whole > 0) {
            same(verify(b, whole - 1), UNDECIDED, "with one byte too few");
        }
    }

    private static int verify(byte[] b, int available) {
        try {
            return new ServerAnswerVerifier(SECRET, HELLO).verify(b, 0, available);
        } catch (ProtocolException e) {
            same(e.kind(), ProtocolException.Kind.HANDSHAKE, "kind");
            return REFUSED;
        }
    }

    /** Makes the random right when the records are; returns the answer's length, 0 when they are not. */
    private static int repair(byte[] b) {
        if (b.length < Tls.HEADER) {
            return 0;
        }
        Tls.putHeader(b, 0, Tls.HANDSHAKE, Tls.uint16(b, 3));
        int between = Tls.HEADER + Tls.uint16(b, 3);
        int last = between + Tls.CHANGE_CIPHER_SPEC_LENGTH;
        if (between < Tls.RANDOM + Tls.RANDOM_LENGTH || last + Tls.HEADER > b.length) {
            return 0;
        }
        Tls.putChangeCipherSpec(b, between);
        int payload = Math.min(Tls.uint16(b, last + 3), b.length - last - Tls.HEADER);
        Tls.putHeader(b, last, Tls.APPLICATION_DATA, payload);
        int length = last + Tls.HEADER + payload;
        Hmac hmac = new Hmac();
        hmac.begin(SECRET);
        hmac.update(HELLO, Tls.RANDOM, Tls.RANDOM_LENGTH);
        hmac.updateWithoutRandom(b, 0, length);
        System.arraycopy(hmac.end(SECRET), 0, b, Tls.RANDOM, Hmac.LENGTH);
        return length;
    }
}
