package io.mtproxy.proxy.app;

import io.mtproxy.proxy.os.SocketSupport;
import io.mtproxy.proxy.os.SubmissionRing;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.Digests;

/**
 * Loads and trains the cryptography in a thread of its own while start-up links the system calls, and then links those that are
 * needed with the second client: the first ones find all done. AES is what a cold JVM is slowest at, 28 times until the compiler has seen it.
 */
final class WarmUp implements Runnable {
    private static final int CHUNK = 16 << 10;
    /** 128 KiB through each of the three: enough to begin, little enough not to be noticed on one core. */
    private static final int ROUNDS = 8;

    private WarmUp() {}

    /** Begins; nobody needs to wait for the end. */
    static void begin() {
        Thread thread = new Thread(new WarmUp(), "warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        byte[] key = new byte[32];
        byte[] iv = new byte[16];
        AesCtr ctr = new AesCtr(key, iv);
        AesCbc seal = AesCbc.encryptor(key, iv);
        AesCbc open = AesCbc.decryptor(key, iv);
        byte[] from = new byte[CHUNK];
        byte[] to = new byte[CHUNK];
        for (int i = 0; i < ROUNDS; i++) {
            ctr.apply(from, 0, CHUNK, to, 0);
            seal.apply(to, 0, CHUNK, from, 0);
            open.apply(from, 0, CHUNK, to, 0);
        }
        Digests.sha256(key);
        Digests.sha1(key);
        if (SocketSupport.missing() == null) {
            SubmissionRing.link();
        }
    }
}
