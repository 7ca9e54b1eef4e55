package io.mtproxy.tools.tls;

import io.mtproxy.wire.faketls.RecordReader;
import java.io.IOException;
import java.io.InputStream;

/** What stands in the records that follow a fake handshake. One thread. */
final class RecordInput extends InputStream {

    private static final int WINDOW = 64 * 1024;

    private final InputStream in;
    private final RecordReader records;
    private final byte[] window = new byte[WINDOW];
    private byte[] source;
    private int at;
    private int left;

    /** @param behind what came with the handshake, behind it */
    RecordInput(InputStream in, RecordReader records, byte[] behind) {
        this.in = in;
        this.records = records;
        this.source = behind;
        records.window(behind, 0, behind.length);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (len == 0) {
            return 0;
        }
        while (left == 0 && !next()) {
            int read = in.read(window);
            if (read < 0) {
                return -1;
            }
            source = window;
            records.window(window, 0, read);
        }
        int n = Math.min(len, left);
        System.arraycopy(source, at, b, off, n);
        at += n;
        left -= n;
        return n;
    }

    private boolean next() {
        if (!records.next()) {
            return false;
        }
        at = records.payloadOffset();
        left = records.payloadLength();
        return true;
    }
}
