package io.mtproxy.proxy.telegram;

/**
 * What a link to a middle proxy may take, the same for all loops.
 *
 * @param writeMillis a link of whose waiting bytes the kernel takes nothing for so long is closed; 0 = never
 * @param readMillis  ... from which nothing is heard for so long since a ping; 0 = only the rule of {@code -T} holds
 * @param idleMillis  ... which has no clients for so long, beyond those that its target keeps; 0 = never
 * @param maxFrame    bytes of the longest frame that Telegram may send
 * @param maxOutput   bytes that may wait for one middle proxy; beyond it the link is closed. So many may also wait on one loop for
 *                    links that are not ready yet; beyond it the client is closed
 */
public record LinkBounds(int writeMillis, int readMillis, int idleMillis, int maxFrame, long maxOutput) {
    /** No frame from Telegram is longer than this, whatever is set. */
    public static final int MAX_FRAME = 16 << 20;
    /** What holds when nothing is set. */
    public static final LinkBounds DEFAULT = new LinkBounds(20_000, 0, 90_000, MAX_FRAME, 32 << 20);
}
