package io.mtproxy.wire.tunnel;

import io.mtproxy.wire.Address;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SOCKS5 CONNECT (RFC 1928), with user and password (RFC 1929) where there are some and the proxy wants them. One message is
 * answered by one, so that nothing is sent ahead.
 */
final class Socks5 implements Tunnel {
    private static final int VERSION = 5;
    /** RFC 1929: the version of the negotiation about user and password. */
    private static final int AUTH_VERSION = 1;
    private static final int NO_AUTH = 0;
    private static final int PASSWORD = 2;
    private static final int NOTHING_ACCEPTABLE = 0xff;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    /** Version, reply, reserved, type of the address, and its first byte, which is a name's length. */
    private static final int REPLY_HEAD = 5;
    private static final int PAIR = 2;
    /** The longest reply: one with a name of 255 bytes. */
    private static final int MAX_REPLY = 4 + 1 + 255 + 2;

    private static final int FIRST_OF_TARGET = 3;
    private static final int LAST_OF_TARGET = 6;
    private static final int NO_SUCH_ADDRESS = 8;
    /** RFC 1928, 6. */
    private static final String[] REPLIES = {"succeeded", "general failure", "not allowed by its rules",
            "network unreachable", "host unreachable", "connection refused by the target", "TTL expired",
            "command not supported", "address type not supported"};

    private final Address target;
    private final @Nullable Credentials credentials;
    private final byte[] message = new byte[MAX_REPLY];
    private int have;
    /** Bytes of the message, as far as that is known. */
    private int need = PAIR;
    private Stage stage = Stage.METHOD;
    private boolean due;
    private @Nullable Address bound;

    /** What the proxy says next. */
    private enum Stage {
        METHOD,
        AUTH,
        REPLY,
        OPEN
    }

    Socks5(Address target, @Nullable Credentials credentials) {
        this.target = target;
        this.credentials = credentials;
    }

    @Override
    public int greet(byte[] out, int off) {
        out[off] = VERSION;
        out[off + 2] = NO_AUTH;
        if (credentials == null) {
            out[off + 1] = 1;
            return 3;
        }
        out[off + 1] = 2;
        out[off + 3] = PASSWORD;
        return 4;
    }

    @Override
    public int feed(byte[] b, int off, int len) {
        int used = 0;
        while (used < len && !due && stage != Stage.OPEN) {
            int n = Math.min(need - have, len - used);
            System.arraycopy(b, off + used, message, have, n);
            used += n;
            have += n;
            if (have == need) {
                complete();
            }
        }
        return used;
    }

    private void complete() {
        switch (stage) {
            case METHOD -> method();
            case AUTH -> authenticated();
            case REPLY -> reply();
            case OPEN -> throw new IllegalStateException("nothing is complete any more");
        }
    }

    private void method() {
        version(VERSION);
        int method = message[1] & 0xff;
        if (method == NOTHING_ACCEPTABLE) {
            throw new ProtocolException(Kind.HANDSHAKE, credentials == null
                    ? "SOCKS5 method 255: the proxy wants a user and a password"
                    : "SOCKS5 method 255: the proxy takes neither user and password nor nothing");
        }
        if (method != NO_AUTH && (method != PASSWORD || credentials == null)) {
            throw new ProtocolException(Kind.MESSAGE, "SOCKS5 method " + method + " (expected: "
                    + (credentials == null ? "0)" : "0 or 2)"));
        }
        next(method == PASSWORD ? Stage.AUTH : Stage.REPLY);
    }

    private void authenticated() {
        version(AUTH_VERSION);
        int status = message[1] & 0xff;
        if (status != 0) {
            throw new ProtocolException(Kind.HANDSHAKE,
                    "SOCKS5 status " + status + ": the proxy refuses user and password");
        }
        next(Stage.REPLY);
    }

    private void next(Stage now) {
        stage = now;
        have = 0;
        need = PAIR;
        due = true;
    }

    /** In three steps, each of which tells the length of the next: who refuses need not say more than its reason. */
    private void reply() {
        if (have == PAIR) {
            version(VERSION);
            int reply = message[1] & 0xff;
            if (reply != 0) {
                throw new ProtocolException(ofTarget(reply) ? Kind.UNREACHED : Kind.HANDSHAKE,
                        "SOCKS5 reply " + reply + ": " + (reply < REPLIES.length ? REPLIES[reply] : "unassigned"));
            }
            need = REPLY_HEAD;
        } else if (have == REPLY_HEAD) {
            need = replyLength(message[3] & 0xff);
        } else {
            bound = boundAddress();
            stage = Stage.OPEN;
        }
    }

    /** Network or host not reached, refused, took too long, a kind of address that the proxy has not. */
    private static boolean ofTarget(int reply) {
        return (reply >= FIRST_OF_TARGET && reply <= LAST_OF_TARGET) || reply == NO_SUCH_ADDRESS;
    }

    private int replyLength(int type) {
        return switch (type) {
            case IPV4 -> 4 + 4 + 2;
            case IPV6 -> 4 + 16 + 2;
            case NAME -> REPLY_HEAD + (message[4] & 0xff) + 2;
            default -> throw new ProtocolException(Kind.MESSAGE,
                    "SOCKS5 address type " + type + " (expected: 1, 3 or 4)");
        };
    }

    private @Nullable Address boundAddress() {
        if (message[3] == NAME) {
            return null;
        }
        int port = ((message[have - 2] & 0xff) << 8) | (message[have - 1] & 0xff);
        Address address = new Address(Arrays.copyOfRange(message, 4, have - 2), port);
        return port == 0 ? null : address;
    }

    private void version(int expected) {
        if (message[0] != expected) {
            throw new ProtocolException(Kind.MESSAGE,
                    "SOCKS5 version " + (message[0] & 0xff) + " (expected: " + expected + ")");
        }
    }

    @Override
    public int answer(byte[] out, int off) {
        if (!due) {
            return 0;
        }
        due = false;
        Credentials c = credentials;
        return stage == Stage.AUTH && c != null ? identify(c, out, off) : request(out, off);
    }

    private static int identify(Credentials c, byte[] out, int off) {
        out[off] = AUTH_VERSION;
        int at = counted(c.password(), out, counted(c.user(), out, off + 1));
        return at - off;
    }

    private static int counted(byte[] text, byte[] out, int at) {
        out[at] = (byte) text.length;
        System.arraycopy(text, 0, out, at + 1, text.length);
        return at + 1 + text.length;
    }

    private int request(byte[] out, int off) {
        byte[] ip = target.ip();
        out[off] = VERSION;
        out[off + 1] = CONNECT;
        out[off + 2] = 0;
        out[off + 3] = (byte) (ip.length == 4 ? IPV4 : IPV6);
        System.arraycopy(ip, 0, out, off + 4, ip.length);
        out[off + 4 + ip.length] = (byte) (target.port() >> 8);
        out[off + 5 + ip.length] = (byte) target.port();
        return 6 + ip.length;
    }

    @Override
    public boolean open() {
        return stage == Stage.OPEN;
    }

    @Override
    public @Nullable Address bound() {
        return bound;
    }
}
