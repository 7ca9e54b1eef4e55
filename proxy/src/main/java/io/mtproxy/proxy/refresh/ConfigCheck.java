package io.mtproxy.proxy.refresh;

import org.jspecify.annotations.Nullable;

/** Knows what a config is. Any thread; may block. */
public interface ConfigCheck {
    /** Why this text is no config that can be used, in one line; null when it is one. */
    @Nullable
    String complaint(byte[] text);
}
