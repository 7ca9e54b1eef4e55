package io.mtproxy.wire.faketls;

import io.mtproxy.wire.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** ClientHellos to test with: what real programs sent, and ours. */
final class Hellos {
    static final TlsSecret SECRET = new TlsSecret(Vectors.bytes("00112233445566778899aabbccddeeff"));
    static final TlsSecret OTHER = new TlsSecret(Vectors.bytes("ffeeddccbbaa99887766554433221100"));
    static final long NOW = 1_795_000_000L;
    static final List<String> CAPTURES = List.of("chromium", "curl", "openssl", "python311");

    private Hellos() {}

    /** A hello and where it is from. */
    record Hello(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The captures made anew for {@link #SECRET}, and one of each template. */
    static Stream<Hello> signed() {
        List<Hello> hellos = new ArrayList<>();
        for (String name : CAPTURES) {
            byte[] hello = capture(name);
            ClientHelloBuilder.sign(hello, SECRET, NOW);
            hellos.add(new Hello(name, hello));
        }
        hellos.add(new Hello("classic", classic().sign(SECRET, NOW)));
        hellos.add(new Hello("modern", modern().sign(SECRET, NOW)));
        hellos.add(new Hello("no name", modern().serverName(null).sign(SECRET, NOW)));
        hellos.add(new Hello("no session id", classic().sessionId(new byte[0]).sign(SECRET, NOW)));
        return hellos.stream();
    }

    static byte[] capture(String name) {
        try (InputStream in = Hellos.class.getResourceAsStream("/hellos/" + name + ".hex")) {
            return Vectors.bytes(new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> !line.startsWith("#")).collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ClientHelloBuilder classic() {
        return HelloTemplates.classic(new Random(1), new FixedKeys(3)).serverName("site.test");
    }

    static ClientHelloBuilder modern() {
        return HelloTemplates.modern(new Random(2), new FixedKeys(4)).serverName("site.test");
    }

    static ClientHello parse(byte[] record) {
        return ClientHello.parse(record, 0, record.length);
    }

    /** Parses at the end of a larger array, so that a read behind the hello fails. */
    static ClientHello parseAtTheEnd(byte[] record) {
        byte[] b = new byte[7 + record.length];
        System.arraycopy(record, 0, b, 7, record.length);
        return ClientHello.parse(b, 7, record.length);
    }

    /** A hello with the given extensions and nothing else. */
    static byte[] withExtensions(String hex) {
        byte[] extensions = Vectors.bytes(hex);
        byte[] start = new ClientHelloBuilder(new byte[0], Vectors.bytes("1301")).sign(SECRET, NOW);
        byte[] record = Arrays.copyOf(start, start.length + extensions.length);
        System.arraycopy(extensions, 0, record, start.length, extensions.length);
        Tls.putUint16(record, start.length - 2, extensions.length);
        Tls.putUint16(record, 3, record.length - 5);
        Tls.putUint24(record, 6, record.length - 9);
        ClientHelloBuilder.sign(record, SECRET, NOW);
        return record;
    }

    /** Keys that can be told from everything else. */
    record FixedKeys(int value) implements KeyMaterial {
        @Override
        public void x25519(byte[] dst, int off) {
            Arrays.fill(dst, off, off + X25519, (byte) value);
        }

        @Override
        public void mlKem768(byte[] key, int keyOff, byte[] dst, int off) {
            // the first byte of the client's key shows that the right place was given
            Arrays.fill(dst, off, off + MLKEM768_CIPHERTEXT, key[keyOff]);
        }
    }
}
