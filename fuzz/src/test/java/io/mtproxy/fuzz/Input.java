package io.mtproxy.fuzz;

import java.util.Arrays;

/** A fuzzer's bytes: choices first, then content. What is not there reads as zeros. Not thread-safe. */
public final class Input {
    private final byte[] data;
    private int at;

    /** @param data not copied */
    public Input(byte[] data) {
        this.data = data;
    }

    /** One byte as a number below {@code bound}, which is at most 256. */
    public int choice(int bound) {
        return at < data.length ? (data[at++] & 0xff) % bound : 0;
    }

    /** Two bytes as a number. */
    public int number() {
        return choice(256) << 8 | choice(256);
    }

    /** Exactly so many bytes. */
    public byte[] bytes(int n) {
        byte[] bytes = new byte[n];
        int have = Math.min(n, data.length - at);
        System.arraycopy(data, at, bytes, 0, have);
        at += have;
        return bytes;
    }

    /** All that is left. */
    public byte[] rest() {
        byte[] rest = Arrays.copyOfRange(data, at, data.length);
        at = data.length;
        return rest;
    }

    /** Whether everything was read. */
    public boolean isEmpty() {
        return at == data.length;
    }
}
