package io.mtproxy.proxy.refresh;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where the documents are.
 *
 * @param configV6 a second config whose {@code proxy_for} lines are added, or null
 * @param secret   null = it comes from somewhere else
 */
public record Sources(URI config, @Nullable URI configV6, @Nullable URI secret) {}
