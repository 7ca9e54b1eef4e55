package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Outbound;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.Snapshot;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.net.Listener;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.supervisor.WorkerContext;
import io.mtproxy.proxy.supervisor.Workers;
import io.mtproxy.proxy.telegram.Via;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What start-up produces and the engine takes over, sockets included.
 *
 * @param outbound what the environment says on connections to Telegram
 * @param loops which kind of event loop serves; the sockets are of that kind
 * @param rpcSecret Telegram's shared secret, 32..256 bytes; null = connections to Telegram cannot be encrypted
 * @param rpcSecretMd5 32 hex digits, or {@code none}
 * @param clientSockets bound, listening, non-blocking; in the order of {@code -H}
 * @param statsSockets bound, listening, non-blocking; none without {@code --http-stats}, a second one on [::1] with {@code -6}
 * @param maxConnections {@code -c} after the descriptor limit had its say
 * @param maxSpecialConnections {@code -C} after the descriptor limit had its say; 0 = no limit
 * @param logFile reopens the log; the engine has no use for it
 * @param configs how often the config was read
 * @param startTime unix time in seconds
 * @param worker our place when a supervisor has started us, else null
 * @param workers the worker processes, when this is their supervisor: clients are theirs then; else null
 * @param fronting the sites of {@code -D}; null without it
 * @param vias proxies through which Telegram is reached
 * @param takeover the old process, when this is the new one of an upgrade; else null
 * @param drainSeconds how long SIGTERM lets sessions go on, 0 = it ends them
 * @param refreshing keeps config and shared secret fresh; null when nobody does
 */
public record Launch(Settings settings, Outbound outbound, EventLoops loops, Snapshot snapshot,
        byte @Nullable [] rpcSecret,
        String rpcSecretMd5,
        List<Listener> clientSockets, List<Listener> statsSockets, int maxConnections,
        int maxSpecialConnections, Identity identity, Log log, LogFile logFile, ConfigHistory configs, long startTime,
        @Nullable WorkerContext worker, @Nullable Workers workers, @Nullable Fronting fronting,
        List<Via> vias, @Nullable Refreshing refreshing, @Nullable Takeover takeover,
        int drainSeconds) {
    public Launch {
        clientSockets = List.copyOf(clientSockets);
        statsSockets = List.copyOf(statsSockets);
        vias = List.copyOf(vias);
    }

    /** Where a worker tells its supervisor what it counts; null when this process is no worker. */
    Board.@Nullable Slot slot() {
        return worker == null ? null : worker.slot();
    }

    /** Closes the listening sockets, after the loops that accept from them have ended. */
    void closeSockets() {
        closeAll(clientSockets);
        closeAll(statsSockets);
    }

    /** Of clients alone: whoever connects is refused from now on. */
    void closeClientSockets() {
        closeAll(clientSockets);
    }

    private void closeAll(List<Listener> sockets) {
        for (Listener socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                log.line(1, "closing a listening socket: " + e.getMessage());
            }
        }
    }
}
