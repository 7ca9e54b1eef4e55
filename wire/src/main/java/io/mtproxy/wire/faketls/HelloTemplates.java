package io.mtproxy.wire.faketls;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * ClientHellos like those of Telegram's clients, with fresh keys and GREASE values each. For tools and tests: fit for talking
 * to a proxy, not for being mistaken for a certain browser. Any thread, when the arguments allow it.
 */
public final class HelloTemplates {
    /** modulus of ML-KEM (FIPS 203, 2.4) */
    private static final int Q = 3329;
    /** two coefficients of 12 bits each are packed into three bytes, and 32 bytes of seed follow */
    private static final int PAIRS = 384;
    private static final int SEED = 32;
    /** what clients up to 2025 sent, whatever the name of the site */
    private static final int CLASSIC_LENGTH = 517;

    private static final String SUITES = "130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035";

    private final RandomGenerator random;
    private final KeyMaterial keys;
    private final ClientHelloBuilder hello;

    private HelloTemplates(RandomGenerator random, KeyMaterial keys) {
        this.random = random;
        this.keys = keys;
        hello = new ClientHelloBuilder(bytes(Tls.MAX_SESSION_ID), hex(grease() + SUITES));
    }

    /** 517 bytes: an x25519 share and padding, extensions in a fixed order, as clients up to 2025. */
    public static ClientHelloBuilder classic(RandomGenerator random, KeyMaterial keys) {
        return new HelloTemplates(random, keys).classic();
    }

    /** 1.7 to 1.85 KB with a short name: shares for X25519MLKEM768 and x25519, ECH GREASE, extensions in random order, as clients of 2026. */
    public static ClientHelloBuilder modern(RandomGenerator random, KeyMaterial keys) {
        return new HelloTemplates(random, keys).modern();
    }

    private ClientHelloBuilder classic() {
        String group = grease();
        int first = greaseType();
        add(first, "");
        add(Tls.SERVER_NAME, "00040000016c");
        add(0x17, "");
        add(0xff01, "00");
        add(Tls.SUPPORTED_GROUPS, "0008" + group + "001d00170018");
        add(0x0b, "0100");
        add(0x23, "");
        add(0x10, "000c02683208687474702f312e31");
        add(0x05, "0100000000");
        add(0x0d, "001004030804040105030805050108060601");
        add(0x12, "");
        add(Tls.KEY_SHARE, "0029" + group + "000100001d0020" + x25519());
        add(0x2d, "0101");
        add(Tls.SUPPORTED_VERSIONS, "06" + grease() + "03040303");
        add(0x1b, "020002");
        add(greaseTypeOtherThan(first), "00");
        return hello.padTo(CLASSIC_LENGTH);
    }

    private ClientHelloBuilder modern() {
        String group = grease();
        List<ClientHelloBuilder.Extension> shuffled = new ArrayList<>(List.of(
                extension(Tls.SERVER_NAME, "00040000016c"),
                extension(0x05, "0100000000"),
                extension(Tls.SUPPORTED_GROUPS, "000a" + group + "11ec001d00170018"),
                extension(0x0b, "0100"),
                extension(0x0d, "001004030804040105030805050108060601"),
                extension(0x10, "000c02683208687474702f312e31"),
                extension(0x12, ""),
                extension(0x17, ""),
                extension(0x1b, "020002"),
                extension(0x23, ""),
                extension(Tls.SUPPORTED_VERSIONS, "06" + grease() + "03040303"),
                extension(0x2d, "0101"),
                extension(Tls.KEY_SHARE,
                        "04ed" + group + "00010011ec04c0" + mlKemKey() + x25519() + "001d0020" + x25519()),
                extension(0x44cd, "0003026832"),
                extension(0xfe0d, encryptedClientHello()),
                extension(0xff01, "00")));
        Collections.shuffle(shuffled, Random.from(random));
        int first = greaseType();
        add(first, "");
        shuffled.forEach(extension -> hello.add(extension.type(), extension.value()));
        add(greaseTypeOtherThan(first), "00");
        return hello;
    }

    /** What browsers send that have no key of the site: outer, HKDF-SHA256 with AES-128-GCM, 144 to 240 bytes of payload. */
    private String encryptedClientHello() {
        int payload = 144 + 32 * random.nextInt(4);
        return "0000010001" + noise(1) + "0020" + noise(32) + "%04x".formatted(payload) + noise(payload);
    }

    private void add(int type, String value) {
        hello.add(type, hex(value));
    }

    private static ClientHelloBuilder.Extension extension(int type, String value) {
        return new ClientHelloBuilder.Extension(type, hex(value));
    }

    private int greaseType() {
        return 0x0a0a + 0x1010 * random.nextInt(16);
    }

    /** An extension must not come twice. */
    private int greaseTypeOtherThan(int type) {
        int other = greaseType();
        return other == type ? other ^ 0x1010 : other;
    }

    private String grease() {
        return "%04x".formatted(greaseType());
    }

    private String x25519() {
        byte[] key = new byte[KeyMaterial.X25519];
        keys.x25519(key, 0);
        return HexFormat.of().formatHex(key);
    }

    /** An encapsulation key that passes the check of FIPS 203, 7.2: every coefficient is below the modulus. */
    private String mlKemKey() {
        byte[] key = new byte[3 * PAIRS + SEED];
        random.nextBytes(key);
        for (int i = 0; i < 3 * PAIRS; i += 3) {
            int pair = random.nextInt(Q) | (random.nextInt(Q) << 12);
            key[i] = (byte) pair;
            key[i + 1] = (byte) (pair >>> 8);
            key[i + 2] = (byte) (pair >>> 16);
        }
        return HexFormat.of().formatHex(key);
    }

    private String noise(int length) {
        return HexFormat.of().formatHex(bytes(length));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
