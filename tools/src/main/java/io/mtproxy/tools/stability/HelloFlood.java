package io.mtproxy.tools.stability;

import io.mtproxy.tools.tls.HelloKind;
import io.mtproxy.wire.faketls.TlsSecret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Very many strangers with hellos as browsers send them, from many addresses of the loopback, so many at a time. Each waits for
 * the site's answer and the end. Any thread.
 */
final class HelloFlood {
    /** 127.0.0.2 and so on. */
    private static final int ADDRESSES = 60;
    /** Where the random stands in a record with a ClientHello. */
    private static final int RANDOM_AT = 11;
    private static final int RANDOM_LENGTH = 32;
    private static final int CONNECT_MILLIS = 30_000;
    private static final int PATIENCE_MILLIS = 60_000;

    private final InetSocketAddress proxy;
    private final byte[] hello;
    private final byte[] expected;
    private final AtomicLong left;
    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final List<Thread> strangers = new ArrayList<>();

    private HelloFlood(InetSocketAddress proxy, String domain, byte[] expected, long hellos) {
        this.proxy = proxy;
        this.expected = expected.clone();
        this.left = new AtomicLong(hellos);
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[16];
        random.nextBytes(key);
        this.hello = HelloKind.MODERN.template(random).serverName(domain).sign(new TlsSecret(key), 0);
    }

    /**
     * Begins.
     *
     * @param domain that the hellos name
     * @param expected what the site says to each before it closes
     * @param hellos in all
     * @param atOnce connections at a time
     */
    static HelloFlood start(InetSocketAddress proxy, String domain, byte[] expected, long hellos, int atOnce) {
        HelloFlood flood = new HelloFlood(proxy, domain, expected, hellos);
        for (int i = 0; i < atOnce; i++) {
            int number = i;
            flood.strangers.add(Thread.ofVirtual().start(() -> flood.come(number)));
        }
        return flood;
    }

    private void come(int number) {
        SplittableRandom random = new SplittableRandom();
        byte[] own = hello.clone();
        byte[] drawn = new byte[RANDOM_LENGTH];
        while (left.getAndDecrement() > 0) {
            random.nextBytes(drawn);
            System.arraycopy(drawn, 0, own, RANDOM_AT, RANDOM_LENGTH);
            (answered(own, number) ? answered : failed).increment();
        }
    }

    private boolean answered(byte[] own, int number) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(source(number), 0));
            socket.connect(proxy, CONNECT_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(own);
            return Arrays.equals(socket.getInputStream().readNBytes(expected.length + 1), expected);
        } catch (IOException e) {
            return false;
        }
    }

    private static InetAddress source(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (2 + number % ADDRESSES)});
    }

    /** How many were answered as by the site. */
    long answered() {
        return answered.sum();
    }

    /** How many were not. */
    long failed() {
        return failed.sum();
    }

    /** Whether all have come and gone. */
    boolean done() {
        return strangers.stream().noneMatch(Thread::isAlive);
    }

    /** Nobody comes any more; waits for those who are there. */
    void stop() throws InterruptedException {
        left.set(0);
        for (Thread stranger : strangers) {
            stranger.join();
        }
    }
}
