package io.mtproxy.tools.sim.mtproto;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;

/** Takes the wrappers off a query: layer, description of the client, order, wish for no updates. */
final class Query {
    private static final int MAX_DEPTH = 16;

    private Query() {}

    /**
     * Reads wrappers until the query inside.
     *
     * @param in stands behind the first constructor; afterwards behind that of the query inside
     * @return the constructor of the query inside
     */
    static int unwrap(int constructor, TlReader in) {
        int inner = constructor;
        for (int depth = 0; skip(inner, in); depth++) {
            if (depth == MAX_DEPTH) {
                throw new ProtocolException(Kind.MESSAGE, "query wrapped more than " + MAX_DEPTH + " times");
            }
            inner = in.int32();
        }
        return inner;
    }

    /** Returns true when this was a wrapper, which is then read. */
    private static boolean skip(int constructor, TlReader in) {
        switch (constructor) {
            case Tl.INVOKE_WITH_LAYER -> in.int32();
            case Tl.INVOKE_AFTER_MSG -> in.int64();
            case Tl.INIT_CONNECTION -> description(in);
            case Tl.INVOKE_WITHOUT_UPDATES -> {
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void description(TlReader in) {
        int flags = in.int32();
        in.int32(); // api_id
        for (int i = 0; i < 6; i++) {
            in.bytes(); // device_model to lang_code
        }
        if ((flags & 1) != 0) {
            in.expect(Tl.INPUT_CLIENT_PROXY);
            in.bytes();
            in.int32();
        }
        if ((flags & 2) != 0) {
            json(in, 0);
        }
    }

    private static void json(TlReader in, int depth) {
        if (depth == MAX_DEPTH) {
            throw new ProtocolException(Kind.MESSAGE, "JSON deeper than " + MAX_DEPTH);
        }
        int type = in.int32();
        switch (type) {
            case Tl.JSON_NULL -> {
            }
            case Tl.JSON_BOOL -> in.int32();
            case Tl.JSON_NUMBER -> in.int64();
            case Tl.JSON_STRING -> in.bytes();
            case Tl.JSON_ARRAY -> {
                for (int left = in.vector(4); left > 0; left--) {
                    json(in, depth + 1);
                }
            }
            case Tl.JSON_OBJECT -> {
                for (int left = in.vector(12); left > 0; left--) {
                    in.expect(Tl.JSON_OBJECT_VALUE);
                    in.bytes();
                    json(in, depth + 1);
                }
            }
            default -> throw new ProtocolException(Kind.MESSAGE, "%08x is no JSONValue".formatted(type));
        }
    }
}
