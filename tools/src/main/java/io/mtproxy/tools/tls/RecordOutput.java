package io.mtproxy.tools.tls;

import io.mtproxy.wire.faketls.RecordSizes;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.faketls.Tls;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;

/** Cuts what is written into records of application data; a ChangeCipherSpec goes in front of the first. One thread. */
final class RecordOutput extends OutputStream {

    private final OutputStream out;
    private final RecordWriter writer;
    private boolean begun;

    RecordOutput(OutputStream out, int maxRecord) {
        this.out = out;
        this.writer = new RecordWriter(RecordSizes.fixed(maxRecord), new Random(0));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        byte[] staged = new byte[Tls.CHANGE_CIPHER_SPEC_LENGTH + writer.staged(len)];
        int at = begun ? 0 : Tls.putChangeCipherSpec(staged, 0);
        begun = true;
        for (int done = 0; done < len;) {
            if (writer.room() == 0) {
                writer.seal(staged);
                at = writer.open(at);
            }
            int n = Math.min(len - done, writer.room());
            System.arraycopy(b, off + done, staged, at, n);
            at += n;
            done += n;
            writer.added(n);
        }
        writer.seal(staged);
        out.write(staged, 0, at);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
