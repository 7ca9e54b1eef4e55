package io.mtproxy.proxy.events;

/** Where the numbers of a data centre stand: clients may name any, only Telegram's own have a place of their own. */
public final class DcSlot {
    private static final int FARTHEST = 10;
    /** All others share it. */
    public static final int OTHER = 2 * FARTHEST + 1;
    /** How many slots there are. */
    public static final int COUNT = OTHER + 1;

    private DcSlot() {}

    /** The slot of a data centre as the client named it, negative ones are media. */
    public static int of(int dc) {
        return Math.abs(dc) <= FARTHEST ? dc + FARTHEST : OTHER;
    }

    /** As it is named in statistics. */
    public static String name(int slot) {
        return slot == OTHER ? "other" : Integer.toString(slot - FARTHEST);
    }
}
