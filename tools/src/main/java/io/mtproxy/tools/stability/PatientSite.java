package io.mtproxy.tools.stability;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;

/**
 * A site that hears everybody out, says nothing, and ends each connection after its patience, as web servers do with those who
 * do not ask for anything.
 */
public final class PatientSite {
    /** As nginx waits for a request. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private PatientSite() {}

    /** On a free port of the loopback. */
    public static LoopbackSite start() throws IOException {
        return LoopbackSite.start(PatientSite::hear);
    }

    private static void hear(Socket visitor) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        InputStream in = visitor.getInputStream();
        byte[] ignored = new byte[64];
        int read = 0;
        for (long left = PATIENCE.toMillis(); read >= 0 && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            visitor.setSoTimeout((int) left); // an error then: they have been there for long enough
            read = in.read(ignored);
        }
    }
}
