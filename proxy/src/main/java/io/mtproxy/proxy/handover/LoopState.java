package io.mtproxy.proxy.handover;

import io.mtproxy.proxy.client.ClientState;
import io.mtproxy.proxy.telegram.TelegramState;
import java.util.List;
import java.util.Map;

/**
 * What one event loop has.
 *
 * @param counters see {@link io.mtproxy.proxy.events.Counters#save}
 * @param metrics  see {@link io.mtproxy.proxy.net.LoopMetrics#save}
 */
public record LoopState(TelegramState telegram, List<ClientState> clients, Map<String, Long> counters,
        long[] metrics) {}
