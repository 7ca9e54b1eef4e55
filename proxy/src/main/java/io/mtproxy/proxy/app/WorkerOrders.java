package io.mtproxy.proxy.app;

import io.mtproxy.proxy.handover.Channel;
import io.mtproxy.proxy.handover.Channel.Said;
import io.mtproxy.proxy.handover.Channel.Word;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.wire.crypto.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A worker does what its supervisor says; the other side is {@link Crew}. On a thread of its own, which is mostly asleep. */
final class WorkerOrders implements Runnable {
    private static final int END_MILLIS = 2_000;
    /** The supervisor waits for all of us and for its own heir, {@link HandOver#STILL_MILLIS} each; our heir waits 30 s. */
    private static final int GO_MILLIS = 25_000;

    private final Channel supervisor;
    private final Worker worker;
    private final Log log;
    /** The number of the order that is obeyed. */
    private int order;

    /** What a worker can be told. */
    interface Worker extends HandOver.Source {
        /** See {@link Operator.Subject#stopAccepting}; the supervisor's board tells of it when this returns. */
        void stopAccepting(boolean close) throws IOException;
    }

    private WorkerOrders(Channel supervisor, Worker worker, Log log) {
        this.supervisor = supervisor;
        this.worker = worker;
        this.log = log;
    }

    /**
     * Listens from now on.
     *
     * @param descriptor that of the orders, inherited
     */
    static void listen(int descriptor, Worker worker, Log log) throws IOException {
        Channel supervisor = new Channel(UnixSocket.inherited(descriptor));
        Thread thread = new Thread(new WorkerOrders(supervisor, worker, log), "orders");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (true) {
                supervisor.timeout(0);
                Said said = supervisor.hear();
                if (said.word() == Word.SOCKETS || said.word() == Word.CLOSE) {
                    obey(said);
                } // else an upgrade was taken back that we had given up already
            }
        } catch (EOFException e) {
            // the supervisor has gone, which another thread deals with
        } catch (IOException | RuntimeException e) {
            log.line("orders of the supervisor are not heard any more: " + e);
        }
    }

    /** Whatever goes wrong is the answer. */
    private void obey(Said said) throws IOException {
        order = Bytes.int32(said.parcel().bytes(), 0);
        try {
            if (said.word() == Word.CLOSE) {
                worker.stopAccepting(said.parcel().bytes()[Crew.ORDER_LENGTH] != 0);
                answer(Word.CLOSE, new byte[0]);
            } else {
                handOver(said.parcel().descriptors());
            }
        } catch (IOException | RuntimeException e) {
            String why = e instanceof EOFException ? "its heir has gone" : String.valueOf(e.getMessage());
            answer(Word.FAILED, why.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void answer(Word word, byte[] bytes) throws IOException {
        supervisor.say(word, Crew.answer(order, bytes));
    }

    private void handOver(int[] heir) throws IOException {
        if (heir.length != 1) {
            throw new IOException(heir.length + " heirs, expected 1");
        }
        supervisor.timeout(HandOver.START_MILLIS);
        try (Channel channel = new Channel(UnixSocket.inherited(heir[0]))) {
            HandOver handOver = new HandOver(new Ordered(), channel, () -> awaitEnd(channel));
            if (!handOver.agree()) {
                throw new IOException("its heir does not know our sessions");
            }
            handOver.awaitReady();
            handOver.give();
            Operator.vanish();
        }
    }

    /** Of the heir, before we go on with what it has seen, too. */
    private static void awaitEnd(Channel heir) {
        try {
            heir.timeout(END_MILLIS);
            while (true) {
                heir.hear();
            }
        } catch (IOException e) {
            // it has gone, or stands still without our word
        }
    }

    /** Each step when the supervisor wants it, which is when the other workers have come as far. */
    private final class Ordered implements HandOver.Source {
        @Override
        public Takeover.Shared shared(int version) {
            return worker.shared(version);
        }

        @Override
        public void prepare(int[] heirs) throws IOException {
            answer(Word.TAKE, new byte[0]);
            supervisor.hear(Word.STATE);
        }

        @Override
        public void standStill(HandOver.Task task) throws IOException {
            worker.standStill(task);
        }

        @Override
        public HandOver.Estate save() throws IOException {
            return worker.save();
        }

        @Override
        public void commit(HandOver.Estate estate) throws IOException {
            supervisor.timeout(GO_MILLIS);
            answer(Word.READY, new Crew.Share(estate.clients(), estate.links()).write());
            supervisor.hear(Word.GO);
        }
    }
}
