package io.mtproxy.tools.tls;

import io.mtproxy.wire.faketls.AnswerPlan;
import io.mtproxy.wire.faketls.ClientHello;
import io.mtproxy.wire.faketls.FastKeyMaterial;
import io.mtproxy.wire.faketls.HelloCollector;
import io.mtproxy.wire.faketls.HelloVerifier;
import io.mtproxy.wire.faketls.Noise;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.RecordSizes;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.faketls.ServerAnswer;
import io.mtproxy.wire.faketls.SiteProfile;
import io.mtproxy.wire.faketls.TlsSecret;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** The proxy's side of fake TLS, by hand: it takes hellos of one secret and answers as C does. Any thread. */
public final class FakeServer {

    private static final SiteProfile PROFILE = SiteProfile.likeC(true, 3018, true);
    private static final int RECORD = 1425;

    private final TlsSecret secret;
    private final TlsSecret answering;
    private final List<ClientHello> hellos = new CopyOnWriteArrayList<>();

    public FakeServer(byte[] secret) {
        this(secret, secret);
    }

    /** @param answering another secret for the answers, as if there were one in the middle */
    public FakeServer(byte[] secret, byte[] answering) {
        this.secret = new TlsSecret(secret);
        this.answering = new TlsSecret(answering);
    }

    /** Those taken so far. */
    public List<ClientHello> hellos() {
        return hellos;
    }

    public FakeTlsStreams accept(InputStream in, OutputStream out) throws IOException {
        HelloCollector collector = new HelloCollector();
        byte[] b = new byte[HelloCollector.MAX_LENGTH];
        int end = 0;
        HelloCollector.Verdict verdict = HelloCollector.Verdict.MORE;
        while (verdict == HelloCollector.Verdict.MORE) {
            int read = in.read(b, end, b.length - end);
            if (read <= 0) {
                throw new EOFException("no hello");
            }
            end += read;
            verdict = collector.look(b, 0, end);
        }
        ClientHello hello = collector.hello(b, 0);
        if (hello == null || new HelloVerifier(List.of(secret)).verify(hello, 0) == null) {
            throw new IOException("a hello of somebody else");
        }
        hellos.add(hello);
        out.write(answer(hello));
        return new FakeTlsStreams(
                new RecordInput(in, RecordReader.fromClient(), Arrays.copyOfRange(b, collector.length(), end)),
                records(out));
    }

    private byte[] answer(ClientHello hello) {
        SecureRandom random = new SecureRandom();
        AnswerPlan plan = AnswerPlan.of(hello, PROFILE, random);
        byte[] answer = new byte[plan.length()];
        new ServerAnswer(new FastKeyMaterial(new Noise(random)), new Noise(random)).write(plan, answering, answer, 0);
        return answer;
    }

    private static OutputStream records(OutputStream out) {
        RecordWriter writer = new RecordWriter(RecordSizes.fixed(RECORD), new SplittableRandom());
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] b, int off, int len) throws IOException {
                byte[] staged = new byte[writer.staged(len)];
                int at = 0;
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
        };
    }
}
