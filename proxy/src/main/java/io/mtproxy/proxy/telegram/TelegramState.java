package io.mtproxy.proxy.telegram;

import java.util.List;

/**
 * What one loop has of Telegram beside the lanes of its clients, to go on in another process.
 *
 * @param laneGeneration the last one that was given to a lane on a middle proxy
 * @param left lanes whose clients have gone, with something for Telegram still
 */
public record TelegramState(List<LinkState> links, int laneGeneration, List<LaneState.Direct> left) {
    /** Nothing. */
    public static final TelegramState NONE = new TelegramState(List.of(), 0, List.of());
}
