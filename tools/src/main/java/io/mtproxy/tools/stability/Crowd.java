package io.mtproxy.tools.stability;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Many connections of people who are no clients. One thread. */
final class Crowd implements Closeable {
    /** Longer than any header, so that what it is can be known. */
    private static final int SHORTEST_NOISE = 64;
    private static final int LONGEST_NOISE = 364;

    private final Kind kind;
    private final byte[] opening;
    private final SplittableRandom random = new SplittableRandom();
    private final List<Member> members = new ArrayList<>();

    /** What they do. */
    enum Kind {
        /** sends the opening byte by byte and never its last */
        SLOW_LORIS,
        /** sends nothing */
        SILENT,
        /** sends noise */
        GARBAGE
    }

    /** One connection, and how many bytes it has sent. */
    private static final class Member {
        private final SocketChannel channel;
        private int sent;

        Member(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private Crowd(Kind kind, byte[] opening) {
        this.kind = kind;
        this.opening = opening;
    }

    /**
     * All connect, one after the other, and do the first of what they do.
     *
     * @param opening what clients say first
     */
    static Crowd gather(Kind kind, byte[] opening, int connections, InetSocketAddress proxy) throws IOException {
        Crowd crowd = new Crowd(kind, opening);
        try {
            for (int i = 0; i < connections; i++) {
                crowd.join(proxy, i);
            }
        } catch (IOException | RuntimeException e) {
            crowd.close();
            throw e;
        }
        return crowd;
    }

    private void join(InetSocketAddress proxy, int number) throws IOException {
        Member member = new Member(SocketChannel.open(proxy));
        members.add(member);
        member.channel.configureBlocking(false);
        switch (kind) {
            case SLOW_LORIS -> send(member, opening, 1 + number % (opening.length - 1));
            case SILENT -> {
                // that is all
            }
            case GARBAGE -> {
                byte[] noise = new byte[random.nextInt(SHORTEST_NOISE, LONGEST_NOISE)];
                random.nextBytes(noise);
                send(member, noise, noise.length);
            }
        }
    }

    /** Sends so many of the words, behind those that it has sent. */
    private static void send(Member member, byte[] words, int bytes) throws IOException {
        if (member.channel.write(ByteBuffer.wrap(words, member.sent, bytes)) != bytes) {
            throw new IOException("a fresh connection does not take " + bytes + " bytes");
        }
        member.sent += bytes;
    }

    /** Slow ones whose opening is not nearly whole send a byte more. */
    void drip() {
        if (kind == Kind.SLOW_LORIS) {
            for (Member member : members) {
                try {
                    if (member.sent < opening.length - 1) {
                        send(member, opening, 1);
                    }
                } catch (IOException e) {
                    member.sent = opening.length; // the proxy has closed it
                }
            }
        }
    }

    /** How many were sent a byte by the proxy: none should. */
    int answered() throws IOException {
        int answered = 0;
        for (Member member : members) {
            answered += read(member) > 0 ? 1 : 0;
        }
        return answered;
    }

    /** -1 when the proxy has closed it. */
    private static int read(Member member) {
        try {
            return member.channel.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            return -1;
        }
    }

    /** All leave with a reset, as when their network goes. */
    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            member.channel.close();
        }
        members.clear();
    }
}
