package io.mtproxy.proxy.app;

import io.mtproxy.proxy.handover.Channel;
import io.mtproxy.proxy.handover.Channel.Word;
import io.mtproxy.proxy.handover.Format;
import io.mtproxy.proxy.handover.Parcel;
import io.mtproxy.proxy.handover.ProcessState;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.wire.crypto.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The new process of an upgrade: it has been started by the old one, gets the listening sockets at its start, and all sessions
 * when it is ready. Whatever goes wrong before the old one's last word, this process ends and the old one goes on. One thread.
 */
final class Takeover {
    /** The environment variable: number of the inherited descriptor of the {@link Channel}. */
    static final String VARIABLE = "MTPROXY_HANDOVER";
    /** For tests: {@code GO-unsaid} kills before that word, {@code GO-said} behind it. */
    private static final String FAULT = "mtproxy.handover.fault";

    /** For tests: the only version of the format that this process knows. */
    private static final String VERSION = "mtproxy.handover.version";

    /** The old process may be as busy as it likes, but not for ever. */
    private static final int WAIT_MILLIS = 30_000;
    private static final int GONE_MILLIS = 2_000;
    private static final int ASK_MILLIS = 5;

    private final Channel channel;
    private final int oldPid;
    private final Shared shared;

    /**
     * What both processes have from now on.
     *
     * @param version of the format that the old process is going to write; 0 = we know none that it does
     * @param loops   how many the old process has
     * @param sockets listening ones
     * @param replays memory of the replay cache, -1 without -D
     */
    record Shared(int version, int loops, List<Integer> sockets, int replays) {
        private static final int LENGTH = 3 * Integer.BYTES;

        Parcel write() {
            byte[] bytes = new byte[LENGTH];
            Bytes.putInt32(bytes, 0, version);
            Bytes.putInt32(bytes, 4, loops);
            Bytes.putInt32(bytes, 8, sockets.size());
            int[] descriptors = new int[sockets.size() + (replays < 0 ? 0 : 1)];
            for (int i = 0; i < sockets.size(); i++) {
                descriptors[i] = sockets.get(i);
            }
            if (replays >= 0) {
                descriptors[sockets.size()] = replays;
            }
            return new Parcel(bytes, descriptors);
        }

        static Shared read(Parcel parcel) throws IOException {
            int[] d = parcel.descriptors();
            int count = parcel.bytes().length == LENGTH ? Bytes.int32(parcel.bytes(), 8) : -1;
            if (count < 0 || count > d.length || d.length > count + 1) {
                throw new IOException(d.length + " descriptors for " + count + " sockets");
            }
            return new Shared(Bytes.int32(parcel.bytes(), 0), Bytes.int32(parcel.bytes(), 4),
                    Arrays.stream(d).limit(count).boxed().toList(), d.length > count ? d[count] : -1);
        }
    }

    private Takeover(Channel channel, int oldPid, Shared shared) {
        this.channel = channel;
        this.oldPid = oldPid;
        this.shared = shared;
    }

    /**
     * Says that we are here.
     *
     * @param value of {@link #VARIABLE}, null when this is no upgrade
     * @return null then
     */
    static @Nullable Takeover begin(@Nullable String value) throws IOException {
        if (value == null) {
            return null;
        }
        if (!value.matches("[0-9]{1,9}")) {
            throw new IOException(VARIABLE + " is \"" + value + "\", expected what an upgrade sets; do not set it");
        }
        UnixSocket socket = UnixSocket.inherited(Integer.parseInt(value));
        UnixSocket.Peer peer = socket.peer();
        if (peer.pid() != OwnProcess.parent()) {
            throw new IOException("process " + peer.pid() + " wants to hand over, expected our parent "
                    + OwnProcess.parent());
        }
        Channel channel = new Channel(socket);
        channel.timeout(WAIT_MILLIS);
        fault(Word.HELLO, false);
        int version = Integer.getInteger(VERSION, Format.VERSION);
        channel.say(Word.HELLO, versions(version, version));
        fault(Word.HELLO, true);
        Shared shared = Shared.read(channel.hear(Word.SOCKETS));
        fault(Word.SOCKETS, true);
        return new Takeover(channel, peer.pid(), shared);
    }

    private static Parcel versions(int first, int last) {
        byte[] bytes = new byte[2 * Integer.BYTES];
        Bytes.putInt32(bytes, 0, first);
        Bytes.putInt32(bytes, 4, last);
        return new Parcel(bytes, new int[0]);
    }

    Shared shared() {
        return shared;
    }

    /** Whether sessions come, too. */
    boolean sessions() {
        return shared.version() != 0;
    }

    /** Takes what is to be taken over. */
    interface Heir {
        /** Nothing may be read or written yet. */
        void adopt(ProcessState state) throws IOException;
    }

    /**
     * Everything is ready but the sessions: takes them. Returns when they are ours.
     *
     * @throws IOException when they are not; this process has to end without touching them
     */
    void complete(Heir heir) throws IOException {
        if (!sessions()) {
            channel.say(Word.SERVING);
            channel.close();
            return;
        }
        fault(Word.TAKE, false);
        channel.say(Word.TAKE);
        fault(Word.TAKE, true);
        try {
            Parcel parcel = channel.hear(Word.STATE);
            fault(Word.STATE, true);
            heir.adopt(Format.read(parcel));
        } catch (IOException | RuntimeException e) {
            channel.fail("the new process cannot take over: " + e);
            throw e;
        }
        fault(Word.READY, false);
        channel.say(Word.READY);
        fault(Word.READY, true);
        try {
            channel.hear(Word.GO);
        } catch (EOFException e) {
            if (!oldIsGone()) {
                throw e;
            }
        }
        channel.close();
    }

    /** It has said nothing any more: was it killed? Then nobody but us has the sessions. */
    private boolean oldIsGone() {
        for (int waited = 0; waited < GONE_MILLIS; waited += ASK_MILLIS) {
            if (!OwnProcess.lives(oldPid)) {
                return true;
            }
            try {
                Thread.sleep(ASK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** For tests: this process is killed before or behind a word. */
    static void fault(Word word, boolean after) {
        if ((word + (after ? "-said" : "-unsaid")).equals(System.getProperty(FAULT))) {
            Runtime.getRuntime().halt(99);
        }
    }
}
