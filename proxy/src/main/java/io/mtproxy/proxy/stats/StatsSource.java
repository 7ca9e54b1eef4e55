package io.mtproxy.proxy.stats;

import java.util.List;

/**
 * The values behind {@link StatsPage}. Asked once per key and page, by the thread that renders it; a key that a source does
 * not know is an {@link IllegalArgumentException}.
 */
public interface StatsSource {
    /** A page begins: the values of its keys shall belong to one moment. */
    void begin();

    /** A whole number, by C's key. */
    long number(String key);

    /** A fraction, by C's key. */
    double fraction(String key);

    /** A text without tab or line end, by C's key. */
    String text(String key);

    /** Numbers of client secrets, in the order of the secrets. */
    List<SecretUse> secrets();

    /** Keys of our own with their values, in the order in which they shall stand; appended after C's. */
    List<Own> own();

    /**
     * Use of one client secret.
     *
     * @param connections distinct client addresses that now have a session with it
     * @param authKeys distinct auth keys now in use with it
     */
    record SecretUse(long connections, long authKeys) {}

    /** One of our own lines. */
    record Own(String key, String value) {}
}
