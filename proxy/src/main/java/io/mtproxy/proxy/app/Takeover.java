package io.mtproxy.proxy.app;

import io.mtproxy.proxy.handover.Channel;
import io.mtproxy.proxy.handover.Channel.Word;
import io.mtproxy.proxy.handover.Format;
import io.mtproxy.proxy.handover.Parcel;
import io.mtproxy.proxy.handover.ProcessState;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.proxy.supervisor.WorkerSeat;
import io.mtproxy.wire.crypto.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The new process of an upgrade: it has been started by the old one, gets the listening sockets at its start, and all sessions
 * when it is ready. A worker has been started by the new supervisor and takes over from a worker of the old one. Whatever goes
 * wrong before the old one's last word, this process ends and the old one goes on; unless that one is gone when we have said that
 * we are ready: then we go on. One thread.
 */
final class Takeover {
    /** The environment variable: number of the inherited descriptor of the {@link Channel}. */
    static final String VARIABLE = "MTPROXY_HANDOVER";
    /** For tests: {@code GO-unsaid} kills before that word, {@code GO-said} behind it; {@code 2-GO-said} worker 2 alone. */
    private static final String FAULT = "mtproxy.handover.fault";

    /** For tests: the only version of the format that this process knows. */
    private static final String VERSION = "mtproxy.handover.version";

    /** The old process may be as busy as it likes, but not for ever. */
    private static final int WAIT_MILLIS = 30_000;
    private static final int GONE_MILLIS = 2_000;
    private static final int ASK_MILLIS = 5;

    private final Channel channel;
    private final Shared shared;

    /**
     * What both processes have from now on.
     *
     * @param version of the format that the old process is going to write; 0 = we know none that it does
     * @param loops   how many the old process has
     * @param sockets listening ones
     * @param replays memory of the replay cache, -1 without -D and for a worker, who has it from its supervisor
     * @param pid     of the old process
     * @param clients how many clients it takes, 0 = no limit; what that was made of (who started it) is not known any more
     */
    record Shared(int version, int loops, List<Integer> sockets, int replays, int pid, int clients) {
        private static final int LENGTH = 5 * Integer.BYTES;

        /** Of this process. */
        static Shared of(Launch launch, int version, int loops) {
            List<Integer> sockets = new ArrayList<>();
            Fronting fronting = launch.fronting();
            if (launch.worker() != null) { // the new worker has everything from its own supervisor
                return new Shared(version, loops, sockets, -1, (int) OwnProcess.pid(), launch.maxSpecialConnections());
            }
            launch.clientSockets().forEach(socket -> sockets.add(socket.descriptor()));
            launch.statsSockets().forEach(socket -> sockets.add(socket.descriptor()));
            return new Shared(version, loops, sockets, fronting == null ? -1 : fronting.replayMemory(),
                    (int) OwnProcess.pid(), launch.maxSpecialConnections());
        }

        Parcel write() {
            byte[] bytes = new byte[LENGTH];
            Bytes.putInt32(bytes, 0, version);
            Bytes.putInt32(bytes, 4, loops);
            Bytes.putInt32(bytes, 8, sockets.size());
            Bytes.putInt32(bytes, 12, pid);
            Bytes.putInt32(bytes, 16, clients);
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
                    Arrays.stream(d).limit(count).boxed().toList(), d.length > count ? d[count] : -1,
                    Bytes.int32(parcel.bytes(), 12), Bytes.int32(parcel.bytes(), 16));
        }
    }

    private Takeover(Channel channel, Shared shared) {
        this.channel = channel;
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
        return new Takeover(channel, shared);
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

        /** Where the old process's workers hand over to ours, in their order; not needed here any more then. */
        default List<UnixSocket> heirs() {
            return List.of();
        }
    }

    /**
     * See {@link Engine#begin}. When it fails the process ends here and now, so that nothing is closed in order: the sockets are
     * the old one's, too.
     */
    void complete(Heir heir, Log log) {
        try {
            complete(heir);
        } catch (IOException | RuntimeException e) {
            log.line("fatal: cannot take over from the old process: "
                    + (e instanceof IOException && e.getMessage() != null ? e.getMessage() : e));
            Runtime.getRuntime().halt(1);
        }
    }

    /**
     * Everything is ready but the sessions: takes them. Returns when they are ours.
     *
     * @throws IOException when they are not; this process has to end without touching them
     */
    private void complete(Heir heir) throws IOException {
        if (!sessions()) {
            channel.say(Word.SERVING);
            channel.close();
            return;
        }
        fault(Word.TAKE, false);
        List<UnixSocket> heirs = heir.heirs();
        channel.say(Word.TAKE, new Parcel(new byte[0], heirs.stream().mapToInt(UnixSocket::descriptor).toArray()));
        heirs.forEach(UnixSocket::close);
        fault(Word.TAKE, true);
        try {
            Parcel parcel = channel.hear(Word.STATE);
            fault(Word.STATE, true);
            heir.adopt(Format.read(parcel));
        } catch (IOException | RuntimeException e) {
            tell(e);
            throw e;
        }
        fault(Word.READY, false);
        Channel.Said last = null;
        try {
            channel.say(Word.READY);
            fault(Word.READY, true);
            last = channel.hear();
        } catch (IOException e) {
            if (!oldIsGone()) {
                throw e;
            }
        }
        if (last != null && last.word() != Word.GO) {
            throw new IOException(last.text());
        }
        channel.close();
    }

    private void tell(Exception e) {
        try {
            channel.fail("the new process cannot take over: " + e);
        } catch (IOException gone) {
            e.addSuppressed(gone); // the reason is the first one
        }
    }

    /** It has said nothing any more: was it killed? Then nobody but us has the sessions. */
    private boolean oldIsGone() {
        for (int waited = 0; waited < GONE_MILLIS; waited += ASK_MILLIS) {
            if (!OwnProcess.lives(shared.pid())) {
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
        String wanted = System.getProperty(FAULT);
        if (wanted == null) {
            return;
        }
        String seat = System.getenv(WorkerSeat.VARIABLE);
        String whose = seat == null ? "" : seat.replaceFirst(":.*", "-");
        if (wanted.equals(whose + word + (after ? "-said" : "-unsaid"))) {
            Runtime.getRuntime().halt(99);
        }
    }
}
