package io.mtproxy.proxy.app;

import io.mtproxy.proxy.handover.Channel;
import io.mtproxy.proxy.handover.Channel.Said;
import io.mtproxy.proxy.handover.Channel.Word;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.UnixSocket;
import java.io.EOFException;
import java.io.IOException;

/** A worker does what its supervisor says; the other side is {@link Crew}. On a thread of its own, which is mostly asleep. */
final class WorkerOrders implements Runnable {
    private static final int END_MILLIS = 2_000;
    /** The supervisor waits for all of us and for its own heir, {@link HandOver#STILL_MILLIS} each; our heir waits 30 s. */
    private static final int GO_MILLIS = 25_000;

    private final Channel supervisor;
    private final Worker worker;
    private final Log log;

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
                obey(supervisor.hear());
            }
        } catch (EOFException e) {
            // the supervisor has gone, which another thread deals with
        } catch (IOException e) {
            log.line("orders of the supervisor are not heard any more: " + e.getMessage());
        }
    }

    private void obey(Said said) throws IOException {
        switch (said.word()) {
            case SOCKETS -> handOver(said.parcel().descriptors());
            case CLOSE -> {
                worker.stopAccepting(said.parcel().bytes()[0] != 0);
                supervisor.say(Word.CLOSE);
            }
            default -> {
                // an upgrade was taken back that we had given up already
            }
        }
    }

    private void handOver(int[] heir) throws IOException {
        if (heir.length != 1) {
            throw new IOException(heir.length + " heirs, expected 1");
        }
        supervisor.timeout(HandOver.START_MILLIS);
        try (Channel channel = new Channel(UnixSocket.inherited(heir[0]))) {
            HandOver handOver = new HandOver(new Ordered(), channel, () -> awaitEnd(channel));
            if (!handOver.agree()) {
                throw new IOException("it does not know our sessions");
            }
            handOver.awaitReady();
            handOver.give();
            Operator.vanish();
        } catch (IOException | RuntimeException e) {
            supervisor.fail("its heir: " + (e instanceof EOFException ? "it has gone" : e.getMessage()));
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
            supervisor.say(Word.TAKE);
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
            supervisor.say(Word.READY, new Crew.Share(estate.clients(), estate.links()).write());
            supervisor.hear(Word.GO);
        }
    }
}
