package io.mtproxy.proxy.refresh;

import org.jspecify.annotations.Nullable;

/** Uses what was fetched. Called by the refresher's thread. */
public interface Taker {
    /** MD5 of the config in use, in lower-case hex digits. */
    String configInUse();

    /** ... of the secret in use. */
    String secretInUse();

    /**
     * The store has something else than what is in use: take it over.
     *
     * @return why that was not possible; null when it is in use now
     */
    @Nullable
    String take();
}
