package io.mtproxy.wire.rpc;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.rpc.ProxyRequest.Decoded;
import java.util.Arrays;

/** Requests: the packet stands in the message, and what has the form that we write is written the same again. */
public final class ProxyRequestFuzz {
    private static final int MAX_ALLOCATION = 32 << 10;

    private ProxyRequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 16L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        int off = in.choice(8);
        boolean typed = in.choice(2) == 1;
        byte[] payload = in.rest();
        if (typed && payload.length >= 4) {
            Bytes.putInt32(payload, 0, RpcType.PROXY_REQ);
        }
        byte[] b = new byte[off + payload.length];
        System.arraycopy(payload, 0, b, off, payload.length);
        Decoded request;
        try {
            request = ProxyRequest.decode(b, off, payload.length);
        } catch (ProtocolException e) {
            same(e.kind(), ProtocolException.Kind.MESSAGE, "kind");
            return;
        }
        require(request.packetOffset() >= off && request.packetLength() >= 0, "packet at " + request.packetOffset());
        same(request.packetOffset() + request.packetLength(), b.length, "end of the packet");
        same(request.tag() != null, (request.flags() & ProxyRequest.FLAG_TAG) != 0, "a tag");
        if ((request.flags() & ProxyRequest.FLAG_HTTP_INFO) == 0) {
            again(request, payload, request.packetOffset() - off);
        }
    }

    private static void again(Decoded r, byte[] payload, int headLength) {
        byte[] head = ProxyRequest.head(r.flags(), r.connectionId(), r.clientAddress(), r.clientPort(), r.ourAddress(),
                r.ourPort(), r.tag());
        if (head.length == headLength) { // more extra bytes than the tag's are passed over
            int read = r.tag() == null ? head.length : head.length - 3; // zeros behind the tag are not looked at
            require(Arrays.equals(head, 0, read, payload, 0, read), "written again it is another one: " + r);
        }
    }
}
