package io.mtproxy.proxy.app;

import io.mtproxy.proxy.access.ReplayCache;
import io.mtproxy.proxy.front.KeyPool;
import io.mtproxy.proxy.front.SiteProfiles;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** What all loops of the process share under {@code -D}. */
record SharedDisguise(SiteProfiles sites, ReplayCache replays, KeyPool keys) {
    /** Null without {@code -D}. */
    static @Nullable SharedDisguise of(@Nullable Fronting fronting) {
        return fronting == null
                ? null
                : new SharedDisguise(fronting.sites(), fronting.replays(), KeyPool.start(new SecureRandom()));
    }
}
