package io.mtproxy.wire.faketls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A ClientHello (RFC 8446, 4.1.2) in one record: a view of bytes that it does not copy, good as long as they do not change.
 * Any thread may read it then. The structure is checked once, by {@link #parse}; the methods raise nothing.
 *
 * <p>
 * Checked are all lengths, the lists of the extensions that are looked into, and the server name: exactly one, of type 0, not
 * empty, without a zero byte (as C does). Not checked is what a client of Telegram may get wrong and still be served:
 * repeated extensions (the first counts), the lengths of key shares, GREASE in odd places.
 */
public final class ClientHello {
    private static final int NONE = -1;
    /** type and length of an extension; group and length of a key share */
    private static final int ENTRY = 4;

    private final byte[] b;
    private final int off;
    private final int length;
    private final int suites;
    private final int suitesLength;
    private final int extensions;

    private int name = NONE;
    private int nameLength;
    /** offsets of the lists behind their own lengths, and the lists' lengths; 0 when there is no such extension */
    private int groups;
    private int groupsLength;
    private int versions;
    private int versionsLength;
    private int shares;
    private int sharesLength;

    private ClientHello(byte[] b, int off, int length, Cursor c) {
        this.b = b;
        this.off = off;
        this.length = length;
        suitesLength = c.uint16();
        suites = c.skip(suitesLength);
        c.require(suitesLength >= 2 && suitesLength % 2 == 0);
        int compressionMethods = c.uint8();
        c.require(compressionMethods > 0);
        c.skip(compressionMethods);
        // before TLS 1.3 the whole block may be missing
        boolean plain = !c.failed() && c.left() == 0;
        c.require(plain || c.uint16() == c.left());
        extensions = c.at();
        while (!c.failed() && c.left() > 0) {
            extension(c);
        }
    }

    /**
     * Parses the record at {@code b[off .. off + length)}: header, one whole ClientHello, nothing else.
     *
     * @return null when it is malformed
     * @throws IndexOutOfBoundsException when the range is not in the array
     */
    public static @Nullable ClientHello parse(byte[] b, int off, int length) {
        Objects.checkFromIndexSize(off, length, b.length);
        Cursor c = new Cursor(b, off, off + length);
        c.require(c.uint8() == Tls.HANDSHAKE);
        c.require(c.uint8() == 3);
        int minor = c.uint8();
        c.require(minor >= 1 && minor <= 3);
        c.require(c.uint16() == c.left());
        c.require(c.uint8() == Tls.CLIENT_HELLO);
        c.require(c.uint24() == c.left());
        c.require(c.uint16() == Tls.TLS_1_2);
        c.skip(Tls.RANDOM_LENGTH);
        int sessionId = c.uint8();
        c.require(sessionId <= Tls.MAX_SESSION_ID);
        c.skip(sessionId);
        ClientHello hello = new ClientHello(b, off, length, c);
        return c.failed() ? null : hello;
    }

    private void extension(Cursor c) {
        int type = c.uint16();
        int bytes = c.uint16();
        switch (type) {
            case Tls.SERVER_NAME, Tls.SUPPORTED_GROUPS, Tls.SUPPORTED_VERSIONS, Tls.KEY_SHARE -> {
                Cursor body = c.sub(bytes);
                extension(type, body);
                c.require(!body.failed());
            }
            default -> c.skip(bytes);
        }
    }

    private void extension(int type, Cursor body) {
        switch (type) {
            case Tls.SERVER_NAME -> serverName(body);
            case Tls.SUPPORTED_GROUPS -> supportedGroups(body);
            case Tls.SUPPORTED_VERSIONS -> supportedVersions(body);
            default -> keyShares(body);
        }
    }

    private void serverName(Cursor c) {
        if (name != NONE) {
            return;
        }
        c.require(c.uint16() == c.left());
        c.require(c.uint8() == 0);
        nameLength = c.uint16();
        c.require(nameLength > 0 && nameLength == c.left());
        name = c.skip(nameLength);
        for (int i = name; !c.failed() && i < name + nameLength; i++) {
            c.require(b[i] != 0);
        }
    }

    private void supportedGroups(Cursor c) {
        if (groups == 0) {
            groupsLength = c.uint16();
            c.require(groupsLength == c.left() && groupsLength >= 2 && groupsLength % 2 == 0);
            groups = c.at();
        }
    }

    private void supportedVersions(Cursor c) {
        if (versions == 0) {
            versionsLength = c.uint8();
            c.require(versionsLength == c.left() && versionsLength >= 2 && versionsLength % 2 == 0);
            versions = c.at();
        }
    }

    private void keyShares(Cursor c) {
        if (shares == 0) {
            sharesLength = c.uint16();
            c.require(sharesLength == c.left());
            shares = c.at();
            while (!c.failed() && c.left() > 0) {
                c.uint16();
                int share = c.uint16();
                c.require(share > 0);
                c.skip(share);
            }
        }
    }

    /** The array that the hello stands in; not to be changed. */
    public byte[] array() {
        return b;
    }

    /** Where its 32-byte random stands in {@link #array}. */
    public int randomOffset() {
        return off + Tls.RANDOM;
    }

    /** Where its record starts. */
    int offset() {
        return off;
    }

    /** Bytes of the record, with its header. */
    public int length() {
        return length;
    }

    /** Copies the 32 bytes of the client's random. */
    public void copyRandom(byte[] dst, int dstOff) {
        System.arraycopy(b, off + Tls.RANDOM, dst, dstOff, Tls.RANDOM_LENGTH);
    }

    /** Bytes of the session id, 0 to 32. */
    public int sessionIdLength() {
        return b[off + Tls.RANDOM + Tls.RANDOM_LENGTH];
    }

    /** Copies the session id. */
    public void copySessionId(byte[] dst, int dstOff) {
        System.arraycopy(b, off + Tls.RANDOM + Tls.RANDOM_LENGTH + 1, dst, dstOff, sessionIdLength());
    }

    /** How many cipher suites are offered, GREASE included; at least 1. */
    public int suites() {
        return suitesLength / 2;
    }

    /** The cipher suite at {@code index}, in the client's order. */
    public int suite(int index) {
        return Tls.uint16(b, suites + 2 * Objects.checkIndex(index, suites()));
    }

    /** Whether a cipher suite is offered; GREASE never is. */
    public boolean offersSuite(int suite) {
        return contains(suites, suitesLength, suite);
    }

    /** Whether supported_groups names a group; GREASE never is. */
    public boolean supportsGroup(int group) {
        return contains(groups, groupsLength, group);
    }

    /** Whether supported_versions names TLS 1.3. */
    public boolean offersTls13() {
        return contains(versions, versionsLength, Tls.TLS_1_3);
    }

    private boolean contains(int list, int bytes, int value) {
        for (int i = 0; i < bytes; i += 2) {
            if (Tls.uint16(b, list + i) == value) {
                return !Tls.grease(value);
            }
        }
        return false;
    }

    /** Whether an extension is there. */
    public boolean hasExtension(int type) {
        for (int at = extensions; at < off + length; at += ENTRY + Tls.uint16(b, at + 2)) {
            if (Tls.uint16(b, at) == type) {
                return true;
            }
        }
        return false;
    }

    /** Bytes of the key share that is offered for a group, -1 when there is none. */
    public int keyShareLength(int group) {
        int at = keyShare(group);
        return at == NONE ? NONE : Tls.uint16(b, at + 2);
    }

    /** Where the bytes of a group's key share stand in {@link #array}; -1 when there is none. */
    int keyShareOffset(int group) {
        int at = keyShare(group);
        return at == NONE ? NONE : at + ENTRY;
    }

    private int keyShare(int group) {
        for (int at = shares; at < shares + sharesLength; at += ENTRY + Tls.uint16(b, at + 2)) {
            if (Tls.uint16(b, at) == group) {
                return at;
            }
        }
        return NONE;
    }

    /** The name of the site that the client asks for, byte for byte as a character each; null when it gives none. */
    public @Nullable String serverName() {
        return name == NONE ? null : new String(b, name, nameLength, StandardCharsets.ISO_8859_1);
    }

    /** Whether the client asks for exactly this name; allocates nothing. */
    public boolean asksFor(byte[] domain) {
        return name != NONE && Arrays.equals(b, name, name + nameLength, domain, 0, domain.length);
    }
}
