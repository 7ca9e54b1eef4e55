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
    private static final int HEADER = 64;
    private static final int LONGEST_NOISE = 300;

    private final Kind kind;
    private final SplittableRandom random = new SplittableRandom();
    private final List<Member> members = new ArrayList<>();

    /** What they do. */
    enum Kind {
        /** sends a header byte by byte and never its last */
        SLOW_LORIS,
        /** sends nothing */
        SILENT,
        /** sends a header that no secret opens, and more */
        GARBAGE
    }

    /** One connection, and how many bytes of the header it has sent. */
    private static final class Member {
        private final SocketChannel channel;
        private int sent;

        Member(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private Crowd(Kind kind) {
        this.kind = kind;
    }

    /** All connect, one after the other, and do the first of what they do. */
    static Crowd gather(Kind kind, int connections, InetSocketAddress proxy) throws IOException {
        Crowd crowd = new Crowd(kind);
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
            case SLOW_LORIS -> send(member, 1 + number % (HEADER - 1));
            case SILENT -> {
                // that is all
            }
            case GARBAGE -> send(member, HEADER + random.nextInt(LONGEST_NOISE));
        }
    }

    private void send(Member member, int bytes) throws IOException {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        if (member.channel.write(ByteBuffer.wrap(noise)) != bytes) {
            throw new IOException("a fresh connection does not take " + bytes + " bytes");
        }
        member.sent += bytes;
    }

    /** Slow ones whose header is not nearly whole send a byte more. */
    void drip() {
        if (kind == Kind.SLOW_LORIS) {
            for (Member member : members) {
                try {
                    if (member.sent < HEADER - 1) {
                        send(member, 1);
                    }
                } catch (IOException e) {
                    member.sent = HEADER; // the proxy has closed it
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
