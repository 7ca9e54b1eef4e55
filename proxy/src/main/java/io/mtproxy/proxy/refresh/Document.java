package io.mtproxy.proxy.refresh;

import java.net.URI;

/**
 * Something that Telegram publishes.
 *
 * @param name  what it is
 * @param least bytes of the shortest one that can be meant
 * @param most  bytes of the longest one that is read
 */
record Document(String name, URI url, int least, int most) {
    /** Telegram's has 4 KiB. */
    private static final int MOST_CONFIG = 1 << 20;
    /** What a middle proxy takes as secret. */
    private static final int LEAST_SECRET = 32;
    private static final int MOST_SECRET = 256;

    static Document config(URI url) {
        return new Document("config", url, 1, MOST_CONFIG);
    }

    static Document secret(URI url) {
        return new Document("secret", url, LEAST_SECRET, MOST_SECRET);
    }

    /** A complaint about it. */
    Unfit unfit(String expected, String came) {
        return new Unfit(url, expected, came);
    }

    String bounds() {
        return "a " + name + " of " + least + " to " + most + " bytes";
    }
}
