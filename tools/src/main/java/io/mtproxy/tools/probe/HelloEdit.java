package io.mtproxy.tools.probe;

import io.mtproxy.wire.faketls.Tls;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Changes in finished hellos and records that no honest client would make. */
final class HelloEdit {

    private static final int SESSION_ID = Tls.RANDOM + Tls.RANDOM_LENGTH;

    private HelloEdit() {}

    /** A byte set to another value. */
    static byte[] with(byte[] record, int at, int value) {
        byte[] changed = record.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** A byte is another one than it was. */
    static byte[] flipped(byte[] record, int at) {
        return with(record, at, record[at] ^ 1);
    }

    /** The last byte is another one than it was. */
    static byte[] flipped(byte[] record) {
        return flipped(record, record.length - 1);
    }

    /** The record's length is wrong by so many bytes. */
    static byte[] recordLength(byte[] record, int by) {
        byte[] changed = record.clone();
        Tls.putUint16(changed, 3, Tls.uint16(record, 3) + by);
        return changed;
    }

    /** The message's length is wrong by so many bytes. */
    static byte[] messageLength(byte[] record, int by) {
        byte[] changed = record.clone();
        Tls.putUint16(changed, Tls.HEADER + 2, Tls.uint16(record, Tls.HEADER + 2) + by);
        return changed;
    }

    /** The length of the extensions is wrong by so many bytes. */
    static byte[] extensionsLength(byte[] record, int by) {
        byte[] changed = record.clone();
        int at = extensions(record);
        Tls.putUint16(changed, at, Tls.uint16(record, at) + by);
        return changed;
    }

    /** One more extension at the end, all lengths right. */
    static byte[] appended(byte[] record, int type, byte[] value) {
        byte[] longer = Arrays.copyOf(record, record.length + 4 + value.length);
        int at = Tls.putUint16(longer, record.length, type);
        at = Tls.putUint16(longer, at, value.length);
        System.arraycopy(value, 0, longer, at, value.length);
        int by = longer.length - record.length;
        return extensionsLength(messageLength(recordLength(longer, by), by), by);
    }

    /** All cipher suites are one that nobody has. */
    static byte[] suites(byte[] record, int suite) {
        byte[] changed = record.clone();
        int at = suites(record);
        int length = Tls.uint16(record, at);
        for (int i = 0; i < length; i += 2) {
            Tls.putUint16(changed, at + 2 + i, suite);
        }
        return changed;
    }

    /** The only compression method is another one than none. */
    static byte[] compression(byte[] record, int method) {
        return with(record, extensions(record) - 1, method);
    }

    /** A record of that type and version. */
    static byte[] record(int type, int version, byte[] payload) {
        byte[] record = new byte[Tls.HEADER + payload.length];
        Tls.putHeader(record, 0, type, payload.length);
        Tls.putUint16(record, 1, version);
        System.arraycopy(payload, 0, record, Tls.HEADER, payload.length);
        return record;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] first(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    private static int suites(byte[] record) {
        return SESSION_ID + 1 + (record[SESSION_ID] & 0xff);
    }

    /** Where their length stands. */
    private static int extensions(byte[] record) {
        int suites = suites(record);
        int compression = suites + 2 + Tls.uint16(record, suites);
        return compression + 1 + (record[compression] & 0xff);
    }
}
