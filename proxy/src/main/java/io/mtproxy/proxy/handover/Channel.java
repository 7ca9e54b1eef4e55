package io.mtproxy.proxy.handover;

import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.wire.crypto.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the two processes of an upgrade say to each other, and an old supervisor and its workers: then the supervisor says
 * SOCKETS (with the way to the heir), STATE and GO when it wants what is said there, the worker TAKE and READY when it was
 * heard. Parcels are cut into messages: the kernel bounds both the bytes and the
 * descriptors of one. One thread; every wait is bounded.
 */
public final class Channel implements AutoCloseable {
    private static final int MOST_BYTES = 64 << 10;
    private static final int HEAD = 9;
    private static final int NONE = -1;
    /** More than all that a process may hold for its clients. */
    private static final int MOST_TOTAL = 1 << 30;

    private final UnixSocket socket;
    private final byte[] message = new byte[MOST_BYTES];
    private int limitMillis;

    /** What a parcel is about, in the order in which they are said. */
    public enum Word {
        /** new: these versions of the format I know, the first and the last one as numbers */
        HELLO('H'),
        /** old: the listening sockets, and what else is shared; which version will be written, 0 = none that you know */
        SOCKETS('S'),
        /** new: I am ready, stop and give me all */
        TAKE('T'),
        /** old: all, in the format */
        STATE('D'),
        /** new: I have it and can go on at once, touching nothing until you say so */
        READY('R'),
        /** old: it is yours. Whoever has sent this touches nothing any more */
        GO('G'),
        /** new, where no version fits: I accept from the sockets now */
        SERVING('L'),
        /** a supervisor, to its worker: take nobody new; with a byte, not 0 = close the sockets, nobody else accepts from them */
        CLOSE('C'),
        /** either: it does not work, for this reason; all is as it was */
        FAILED('F');

        private final char code;

        Word(char code) {
            this.code = code;
        }

        static Word of(int code) throws IOException {
            for (Word word : values()) {
                if (word.code == code) {
                    return word;
                }
            }
            throw new IOException("what came is no word of an upgrade");
        }
    }

    /** Something that was said. */
    public record Said(Word word, Parcel parcel) {
        /** The reason of {@link Word#FAILED}. */
        public String text() {
            return new String(parcel.bytes(), StandardCharsets.UTF_8);
        }
    }

    /** @param socket is closed with this object */
    public Channel(UnixSocket socket) {
        this.socket = socket;
    }

    /** How long the whole of what is said or heard may take from now on, each time; 0 = for ever. */
    public void timeout(int millis) {
        limitMillis = millis;
    }

    private long end() {
        return System.nanoTime() + limitMillis * 1_000_000L;
    }

    /** For the next message. */
    private void patience(long end) throws IOException {
        socket.timeout(limitMillis == 0 ? 0 : (int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
    }

    /** Says a word. The descriptors stay open here. */
    public void say(Word word, Parcel parcel) throws IOException {
        long end = end();
        patience(end);
        byte[] head = new byte[HEAD];
        head[0] = (byte) word.code;
        Bytes.putInt32(head, 1, parcel.bytes().length);
        Bytes.putInt32(head, 5, parcel.descriptors().length);
        socket.send(head, 0, HEAD);
        int at = 0;
        int descriptorAt = 0;
        while (at < parcel.bytes().length || descriptorAt < parcel.descriptors().length) {
            int n = Math.min(MOST_BYTES - 1, parcel.bytes().length - at);
            int d = Math.min(UnixSocket.MOST_DESCRIPTORS, parcel.descriptors().length - descriptorAt);
            System.arraycopy(parcel.bytes(), at, message, 1, n); // a message has at least one byte
            patience(end);
            socket.send(message, 0, 1 + n,
                    Arrays.copyOfRange(parcel.descriptors(), descriptorAt, descriptorAt + d));
            at += n;
            descriptorAt += d;
        }
    }

    /** Says a word alone. */
    public void say(Word word) throws IOException {
        say(word, new Parcel(new byte[0], new int[0]));
    }

    /** Says that it does not work. */
    public void fail(String why) throws IOException {
        say(Word.FAILED, new Parcel(why.getBytes(StandardCharsets.UTF_8), new int[0]));
    }

    /**
     * Waits for the next word. Descriptors that came with it are the caller's to close.
     *
     * @throws EOFException when the other side has gone
     */
    public Said hear() throws IOException {
        long end = end();
        if (receive(HEAD, end) != HEAD) {
            throw new IOException("what came is no word of an upgrade");
        }
        Word word = Word.of(message[0]);
        byte[] bytes = new byte[bounded(Bytes.int32(message, 1))];
        int[] descriptors = new int[bounded(Bytes.int32(message, 5))];
        try {
            receive(bytes, descriptors, end);
        } catch (IOException e) {
            close(descriptors);
            throw e;
        }
        return new Said(word, new Parcel(bytes, descriptors));
    }

    private void receive(byte[] bytes, int[] descriptors, long end) throws IOException {
        Arrays.fill(descriptors, NONE);
        int at = 0;
        int descriptorAt = 0;
        while (at < bytes.length || descriptorAt < descriptors.length) {
            int n = receive(MOST_BYTES, end) - 1;
            int[] came = socket.received();
            if (n > bytes.length - at || came.length > descriptors.length - descriptorAt) {
                close(came);
                throw new IOException("more came than was announced");
            }
            System.arraycopy(message, 1, bytes, at, n);
            System.arraycopy(came, 0, descriptors, descriptorAt, came.length);
            at += n;
            descriptorAt += came.length;
        }
    }

    private static void close(int[] descriptors) {
        for (int descriptor : descriptors) {
            if (descriptor != NONE) {
                new UnixSocket(descriptor).close();
            }
        }
    }

    /** Waits for this word; IOException with the reason when it is {@link Word#FAILED}. */
    public Parcel hear(Word expected) throws IOException {
        Said said = hear();
        if (said.word() != expected) {
            close(said.parcel().descriptors());
        }
        if (said.word() == Word.FAILED) {
            throw new IOException(said.text());
        }
        if (said.word() != expected) {
            throw new IOException("the other side says " + said.word() + ", expected " + expected);
        }
        return said.parcel();
    }

    private int receive(int most, long end) throws IOException {
        patience(end);
        int n = socket.receive(message, 0, most);
        if (n == 0) {
            throw new EOFException("the other side has gone");
        }
        return n;
    }

    private static int bounded(int length) throws IOException {
        if (length < 0 || length > MOST_TOTAL) {
            throw new IOException(length + " announced, expected at most " + MOST_TOTAL);
        }
        return length;
    }

    @Override
    public void close() {
        socket.close();
    }
}
