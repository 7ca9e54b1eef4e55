package io.mtproxy.wire.obfuscated;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.Digests;
import io.mtproxy.wire.obfuscated.ObfuscatedHeader.Accepted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Any 64 bytes, and headers that one of the secrets opens, against a reading that decrypts the whole header. */
public final class ObfuscatedHeaderFuzz {
    private static final int MAX_ALLOCATION = 256 << 10;
    private static final HeaderAcceptor ACCEPTOR = new HeaderAcceptor();

    private ObfuscatedHeaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        List<byte[]> secrets = secrets(in.choice(4));
        int key = in.choice(5);
        int tag = in.choice(4);
        byte[] header = in.bytes(ObfuscatedHeader.LENGTH);
        if (key > 0 && tag < 3) {
            seal(header, Transport.values()[tag], key <= secrets.size() ? secrets.get(key - 1) : null);
            header[in.choice(64)] ^= (byte) in.choice(256);
        }
        byte[] b = new byte[7 + header.length];
        System.arraycopy(header, 0, b, 7, header.length);
        int hint = in.choice(6) - 1;
        Accepted accepted = ACCEPTOR.accept(b, 7, secrets, hint);
        Reading expected = read(header, secrets);
        same(accepted == null ? null : new Reading(accepted.transport(), accepted.dc(), accepted.secretIndex()),
                expected,
                "header");
        if (accepted != null) {
            streams(header, accepted, secrets);
        }
    }

    private record Reading(Transport transport, int dc, int secret) {}

    private static Reading read(byte[] header, List<byte[]> secrets, int hint) {
        if (hint >= 0 && hint < secrets.size()) {
            Reading hinted = read(header, secrets.subList(hint, hint + 1));
            if (hinted != null) {
                return new Reading(hinted.transport, hinted.dc, hint);
            }
        }
        return read(header, secrets);
    }

    private static Reading read(byte[] header, List<byte[]> secrets) {
        for (int i = secrets.isEmpty() ? -1 : 0; i < secrets.size(); i++) {
            byte[] plain = new byte[64];
            stream(header, i < 0 ? null : secrets.get(i)).apply(header, 0, 64, plain, 0);
            Transport transport = Transport.ofTag(Bytes.int32(plain, 56));
            if (transport != null) {
                return new Reading(transport, Bytes.int16(plain, 60), i);
            }
        }
        return null;
    }

    /** Both directions go on where the header leaves them. */
    private static void streams(byte[] header, Accepted accepted, List<byte[]> secrets) {
        byte[] secret = accepted.secretIndex() < 0 ? null : secrets.get(accepted.secretIndex());
        byte[] zeros = new byte[96];
        byte[] expected = new byte[96];
        byte[] got = new byte[32];
        stream(header, secret).apply(zeros, 0, 96, expected, 0);
        accepted.fromClient().apply(zeros, 0, 32, got, 0);
        require(Arrays.equals(got, Arrays.copyOfRange(expected, 64, 96)), "stream from the client");
        byte[] backwards = new byte[64];
        for (int i = 8; i < 56; i++) {
            backwards[i] = header[63 - i];
        }
        stream(backwards, secret).apply(zeros, 0, 32, expected, 0);
        accepted.toClient().apply(zeros, 0, 32, got, 0);
        require(Arrays.equals(got, Arrays.copyOf(expected, 32)), "stream to the client");
    }

    private static void seal(byte[] header, Transport transport, byte[] secret) {
        Bytes.putInt32(header, 56, transport.tag());
        byte[] cipher = new byte[64];
        stream(header, secret).apply(header, 0, 64, cipher, 0);
        System.arraycopy(cipher, 56, header, 56, 8);
    }

    private static AesCtr stream(byte[] header, byte[] secret) {
        byte[] key = Arrays.copyOfRange(header, 8, 40);
        return new AesCtr(secret == null ? key : Digests.sha256(key, secret), Arrays.copyOfRange(header, 40, 56));
    }

    private static List<byte[]> secrets(int n) {
        List<byte[]> secrets = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            byte[] secret = new byte[16];
            Arrays.fill(secret, (byte) (i + 1));
            secrets.add(secret);
        }
        return secrets;
    }
}
