package io.mtproxy.wire.faketls;

import io.mtproxy.wire.crypto.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's side: ClientHellos that a proxy with a certain secret takes. Starts from a hello that some program sent, or
 * from {@link HelloTemplates}. Not thread-safe; for tools and tests.
 */
public final class ClientHelloBuilder {
    /** from the record's start to the session id's length */
    private static final int BEFORE_SESSION_ID = Tls.RANDOM + Tls.RANDOM_LENGTH;
    /** with the 2-byte length of the extensions and the extension's 4 bytes */
    private static final int EXTENSION_HEADER = 4;

    private final byte[] head;
    private final byte[] suites;
    private final List<Extension> extensions = new ArrayList<>();
    private byte[] sessionId;
    /** length of the record that a padding extension fills up; 0 without one */
    private int padded;

    /** An extension as sent. */
    record Extension(int type, byte[] value) {}

    /** A hello without extensions. */
    ClientHelloBuilder(byte[] sessionId, byte[] suites) {
        head = new byte[] {Tls.HANDSHAKE, 3, 1, 0, 0, Tls.CLIENT_HELLO, 0, 0, 0, 3, 3};
        this.sessionId = sessionId;
        this.suites = suites;
    }

    private ClientHelloBuilder(ClientHello hello) {
        byte[] record = hello.array();
        head = new byte[Tls.RANDOM];
        System.arraycopy(record, hello.offset(), head, 0, head.length);
        sessionId = new byte[hello.sessionIdLength()];
        hello.copySessionId(sessionId, 0);
        suites = new byte[2 * hello.suites()];
        for (int i = 0; i < hello.suites(); i++) {
            Tls.putUint16(suites, 2 * i, hello.suite(i));
        }
        Cursor c = new Cursor(record, hello.offset() + BEFORE_SESSION_ID, hello.offset() + hello.length());
        c.skip(1 + sessionId.length + 2 + suites.length);
        c.skip(c.uint8());
        c.uint16();
        while (c.left() > 0) {
            int type = c.uint16();
            byte[] value = new byte[c.uint16()];
            System.arraycopy(record, c.skip(value.length), value, 0, value.length);
            add(type, value);
            if (type == Tls.PADDING) {
                padded = hello.length();
            }
        }
    }

    /** Starts from a hello in one record; IllegalArgumentException when it is malformed. */
    public static ClientHelloBuilder of(byte[] record) {
        ClientHello hello = ClientHello.parse(record, 0, record.length);
        if (hello == null) {
            throw new IllegalArgumentException("malformed ClientHello of " + record.length + " bytes");
        }
        return new ClientHelloBuilder(hello);
    }

    /** Replaces the session id, 0 to 32 bytes. */
    public ClientHelloBuilder sessionId(byte[] id) {
        if (id.length > Tls.MAX_SESSION_ID) {
            throw new IllegalArgumentException(
                    "session id of " + id.length + " bytes, expected at most " + Tls.MAX_SESSION_ID);
        }
        sessionId = id.clone();
        return this;
    }

    /** Asks for a site, in the place where the hello asked for one, else first; with null for none. */
    public ClientHelloBuilder serverName(@Nullable String name) {
        if (name == null) {
            return without(Tls.SERVER_NAME);
        }
        return extension(Tls.SERVER_NAME, serverNameValue(name.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static byte[] serverNameValue(byte[] name) {
        byte[] value = new byte[5 + name.length];
        Tls.putUint16(value, 0, 3 + name.length);
        Tls.putUint16(value, 3, name.length);
        System.arraycopy(name, 0, value, 5, name.length);
        return value;
    }

    /** Replaces an extension's value, or puts it first. */
    public ClientHelloBuilder extension(int type, byte[] value) {
        for (int i = 0; i < extensions.size(); i++) {
            if (extensions.get(i).type() == type) {
                extensions.set(i, new Extension(type, value));
                return this;
            }
        }
        extensions.addFirst(new Extension(type, value));
        return this;
    }

    /** Takes an extension out. */
    public ClientHelloBuilder without(int type) {
        extensions.removeIf(extension -> extension.type() == type);
        return this;
    }

    void add(int type, byte[] value) {
        extensions.add(new Extension(type, value));
    }

    /** Fills the record up to {@code length} bytes with an extension at the end, if it is shorter. */
    ClientHelloBuilder padTo(int length) {
        add(Tls.PADDING, new byte[0]);
        padded = length;
        return this;
    }

    /**
     * The hello in one record, its random made from a secret and a time.
     *
     * @param unixTime seconds; the low 32 bits travel
     */
    public byte[] sign(TlsSecret secret, long unixTime) {
        byte[] record = build();
        sign(record, secret, unixTime);
        return record;
    }

    /** Makes the random of a hello in one record anew. */
    public static void sign(byte[] record, TlsSecret secret, long unixTime) {
        Hmac hmac = new Hmac();
        hmac.begin(secret);
        hmac.updateWithoutRandom(record, 0, record.length);
        System.arraycopy(hmac.end(secret), 0, record, Tls.RANDOM, Tls.RANDOM_LENGTH);
        int last = Tls.RANDOM + Tls.RANDOM_LENGTH - Integer.BYTES;
        Bytes.putInt32(record, last, Bytes.int32(record, last) ^ (int) unixTime);
    }

    /** The same message in records of {@code size} bytes, as tools against censors send it. */
    public static byte[] split(byte[] record, int size) {
        int message = record.length - Tls.HEADER;
        byte[] result = new byte[message + (message + size - 1) / size * Tls.HEADER];
        int at = 0;
        for (int done = 0; done < message; done += size) {
            int n = Math.min(size, message - done);
            System.arraycopy(record, 0, result, at, 3);
            at = Tls.putUint16(result, at + 3, n);
            System.arraycopy(record, Tls.HEADER + done, result, at, n);
            at += n;
        }
        return result;
    }

    private byte[] build() {
        if (padded > 0) {
            pad();
        }
        byte[] record = new byte[length()];
        System.arraycopy(head, 0, record, 0, head.length);
        Tls.putUint16(record, 3, record.length - Tls.HEADER);
        Tls.putUint24(record, Tls.HEADER + 1, record.length - Tls.HEADER - Tls.HANDSHAKE_HEADER);
        int at = BEFORE_SESSION_ID;
        record[at++] = (byte) sessionId.length;
        at = put(record, at, sessionId);
        at = put(record, Tls.putUint16(record, at, suites.length), suites);
        // one compression method: none
        record[at] = 1;
        at += 2;
        at = Tls.putUint16(record, at, record.length - at - 2);
        for (Extension extension : extensions) {
            at = Tls.putUint16(record, at, extension.type());
            at = Tls.putUint16(record, at, extension.value().length);
            at = put(record, at, extension.value());
        }
        return record;
    }

    private void pad() {
        int position = extensions
                .indexOf(extensions.stream().filter(e -> e.type() == Tls.PADDING).findFirst().orElse(null));
        if (position >= 0) {
            extensions.set(position, new Extension(Tls.PADDING, new byte[0]));
            extensions.set(position, new Extension(Tls.PADDING, new byte[Math.max(0, padded - length())]));
        }
    }

    private int length() {
        int length = BEFORE_SESSION_ID + 1 + sessionId.length + 2 + suites.length + 2 + 2;
        for (Extension extension : extensions) {
            length += EXTENSION_HEADER + extension.value().length;
        }
        return length;
    }

    private static int put(byte[] b, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, b, at, bytes.length);
        return at + bytes.length;
    }
}
