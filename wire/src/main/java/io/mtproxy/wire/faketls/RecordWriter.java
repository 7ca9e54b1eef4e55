package io.mtproxy.wire.faketls;

import java.util.random.RandomGenerator;

/**
 * Cuts a stream into records of application data, in the array that the stream is staged in: {@link #open} leaves a gap of
 * five bytes for a header, the caller puts payload behind it and says so with {@link #added}, {@link #seal} writes the header
 * when the record is full or all is to be sent. One per direction, one owner thread; allocates nothing.
 *
 * <pre>
 * while (there is data) {
 *     if (writer.room() == 0) {
 *         writer.seal(array);                  // nothing when no record is open
 *         position = writer.open(position);
 *     }
 *     n = min(data, writer.room());
 *     // n bytes of payload to array[position]
 *     position += n;
 *     writer.added(n);
 * }
 * writer.seal(array);                          // before the array is sent
 * </pre>
 */
public final class RecordWriter {
    private static final int CLOSED = -1;

    private final RecordSizes sizes;
    private final RandomGenerator random;
    private int step;
    /** records begun in this step */
    private int records;
    private int header = CLOSED;
    private int payload;
    private int room;

    /** @param random draws the sizes */
    public RecordWriter(RecordSizes sizes, RandomGenerator random) {
        this.sizes = sizes;
        this.random = random;
    }

    /** What is needed to go on elsewhere, between two records. */
    public record State(int step, int records) {}

    /** One that goes on where the saved one stood. */
    public RecordWriter(RecordSizes sizes, RandomGenerator random, State saved) {
        this(sizes, random);
        step = saved.step();
        records = saved.records();
    }

    /** The state; the writer is not touched. IllegalStateException while a record is open. */
    public State save() {
        if (header != CLOSED) {
            throw new IllegalStateException("a record is open at " + header);
        }
        return new State(step, records);
    }

    /**
     * Begins a record whose header will stand at {@code position}; its size is drawn now.
     *
     * @return where its payload begins
     */
    public int open(int position) {
        if (header != CLOSED) {
            throw new IllegalStateException("a record is open at " + header);
        }
        int next = sizes.step(step, records);
        records = next == step ? records + 1 : 1;
        step = next;
        header = position;
        payload = 0;
        room = sizes.draw(step, random);
        return position + Tls.HEADER;
    }

    /** How many bytes still fit into the open record; 0 when it is full or none is open. */
    public int room() {
        return room;
    }

    /** Payload was put behind what the record has. */
    public void added(int bytes) {
        if (bytes < 0 || bytes > room) {
            throw new IllegalArgumentException(bytes + " bytes more, expected 0.." + room);
        }
        payload += bytes;
        room -= bytes;
    }

    /**
     * Ends the open record, if there is one: its header is written, nothing of it moves.
     *
     * @param array in which it was opened
     * @return bytes of payload; 0 when the gap is not to be sent, since no record was open or it is empty (clients may take an
     *         empty record badly, and TLS 1.3 has none)
     */
    public int seal(byte[] array) {
        if (header == CLOSED) {
            return 0;
        }
        if (payload > 0) {
            Tls.putHeader(array, header, Tls.APPLICATION_DATA, payload);
        }
        header = CLOSED;
        room = 0;
        return payload;
    }

    /** Begins with the first step again at the next record, as servers do when a connection has rested. */
    public void restart() {
        step = 0;
        records = 0;
    }

    /** The most bytes that {@code bytes} of payload can take, headers included, when every record is filled before the next. */
    public int staged(int bytes) {
        return bytes + Tls.HEADER * (bytes / sizes.smallest() + 1);
    }
}
