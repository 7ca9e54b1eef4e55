package io.mtproxy.proxy.app;

import io.mtproxy.proxy.handover.Channel;
import io.mtproxy.proxy.handover.Channel.Said;
import io.mtproxy.proxy.handover.Channel.Word;
import io.mtproxy.proxy.handover.Parcel;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.proxy.supervisor.Workers;
import io.mtproxy.wire.crypto.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The workers, as their supervisor gives them orders; the other side is {@link WorkerOrders}. All of them go through the steps of
 * an upgrade together, so that it can be taken back for all until the last one. One thread at a time.
 */
final class Crew {
    static final int ORDER_LENGTH = Integer.BYTES;
    private static final int END_MILLIS = 2_000;

    private final List<Worker> workers = new ArrayList<>();

    /** Of the last order; answers name it, so that a late one to an order that was given up is told from the next one's. */
    private int order;

    /** One of them. */
    private static final class Worker {
        private final int number;
        private final Channel channel;
        /** It has been told of its heir, and has not said yet that nothing comes of it. */
        private boolean leaving;

        Worker(int number, Channel channel) {
            this.number = number;
            this.channel = channel;
        }

        /** @return what it says, behind the number of the order */
        byte[] hear(Word expected, int order) throws IOException {
            try {
                Said said;
                do {
                    said = channel.hear();
                } while (orderOf(said) != order);
                byte[] bytes = Arrays.copyOfRange(said.parcel().bytes(), ORDER_LENGTH, said.parcel().bytes().length);
                if (said.word() == Word.FAILED) {
                    leaving = false;
                    throw new IOException(new String(bytes, StandardCharsets.UTF_8));
                }
                if (said.word() != expected) {
                    throw new IOException("it says " + said.word() + ", expected " + expected);
                }
                return bytes;
            } catch (SocketTimeoutException e) {
                throw new SocketTimeoutException("worker " + number + " does not answer");
            } catch (EOFException e) {
                throw new IOException("worker " + number + " has gone", e);
            } catch (IOException e) {
                throw new IOException("worker " + number + ": " + e.getMessage(), e);
            }
        }

        private static int orderOf(Said said) throws IOException {
            if (said.parcel().bytes().length < ORDER_LENGTH) {
                throw new IOException("it does not say to which order it answers");
            }
            return Bytes.int32(said.parcel().bytes(), 0);
        }

        /** What it had said before it hears of this comes first. */
        void takeBack(String why, int order) {
            try {
                channel.timeout(HandOver.STILL_MILLIS);
                channel.fail(why);
                while (leaving) {
                    Said said = channel.hear();
                    leaving = said.word() != Word.FAILED || orderOf(said) != order;
                }
            } catch (IOException e) {
                // it has ended, and the watch over it will say so; or its late answer is passed over
            }
        }
    }

    /** What workers have handed over, together. */
    record Share(int clients, int links) {
        private static final int LENGTH = 2 * Integer.BYTES;
        static final Share NOTHING = new Share(0, 0);

        byte[] write() {
            byte[] bytes = new byte[LENGTH];
            Bytes.putInt32(bytes, 0, clients);
            Bytes.putInt32(bytes, 4, links);
            return bytes;
        }

        Share plus(byte[] bytes) throws IOException {
            if (bytes.length != LENGTH) {
                throw new IOException("a worker's share of " + bytes.length + " bytes");
            }
            return new Share(clients + Bytes.int32(bytes, 0), links + Bytes.int32(bytes, 4));
        }
    }

    Crew(Workers all) {
        all.orders().forEach(orders -> workers.add(new Worker(workers.size() + 1, new Channel(orders))));
    }

    /**
     * Each one gets an heir, and has heard from it that it is ready when this returns.
     *
     * @param heirs ends of sockets, closed here
     */
    void prepare(int[] heirs) throws IOException {
        try {
            if (heirs.length != workers.size()) {
                throw new IOException("the new process has " + heirs.length + " workers, expected " + workers.size());
            }
            order++;
            for (int i = 0; i < heirs.length; i++) {
                Worker worker = workers.get(i);
                worker.channel.timeout(HandOver.START_MILLIS);
                worker.channel.say(Word.SOCKETS, answer(order, new byte[0], heirs[i]));
                worker.leaving = true;
            }
        } finally {
            for (int heir : heirs) {
                new UnixSocket(heir).close();
            }
        }
        for (Worker worker : workers) {
            worker.hear(Word.TAKE, order);
        }
    }

    /** All of them stand still and hand over. */
    Share handOver() throws IOException {
        for (Worker worker : workers) {
            worker.channel.say(Word.STATE);
        }
        long end = System.nanoTime() + HandOver.STILL_MILLIS * 1_000_000L; // for all together: the first one waits for the last
        Share all = Share.NOTHING;
        for (Worker worker : workers) {
            worker.channel.timeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
            all = all.plus(worker.hear(Word.READY, order));
        }
        return all;
    }

    /** They say their last word. One that has been killed meanwhile: its heir goes on without that word. */
    void commit() {
        for (Worker worker : workers) {
            try {
                worker.channel.say(Word.GO);
            } catch (IOException e) {
                // killed
            }
        }
    }

    /** Behind {@link #commit} they end by themselves; we would only seem to be lost to those that are slow. */
    void awaitEnd() {
        for (Worker worker : workers) {
            try {
                worker.channel.timeout(END_MILLIS);
                worker.channel.hear();
            } catch (IOException e) {
                // its end, as expected
            }
        }
    }

    /** They go on as if nothing had been. */
    void takeBack(String why) {
        workers.stream().filter(worker -> worker.leaving).forEach(worker -> worker.takeBack(why, order));
    }

    /**
     * See {@link Operator.Subject#stopAccepting}; they have when this returns, and the numbers of clients are true.
     *
     * @throws IOException when one does not answer; the others have stopped
     */
    void stopAccepting(boolean close) throws IOException {
        order++;
        for (Worker worker : workers) {
            try {
                worker.channel.timeout(HandOver.STILL_MILLIS);
                worker.channel.say(Word.CLOSE, answer(order, new byte[] {(byte) (close ? 1 : 0)}));
            } catch (IOException e) {
                // it has ended, so it takes nobody
            }
        }
        IOException trouble = null;
        for (Worker worker : workers) {
            try {
                worker.hear(Word.CLOSE, order);
            } catch (IOException e) {
                trouble = e.getCause() instanceof EOFException ? trouble : e;
            }
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    /** An order, or what is said to one. */
    static Parcel answer(int order, byte[] bytes, int... descriptors) {
        byte[] all = new byte[ORDER_LENGTH + bytes.length];
        Bytes.putInt32(all, 0, order);
        System.arraycopy(bytes, 0, all, ORDER_LENGTH, bytes.length);
        return new Parcel(all, descriptors);
    }
}
