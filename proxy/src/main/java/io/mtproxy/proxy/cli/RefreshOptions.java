package io.mtproxy.proxy.cli;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** The values of {@code --refresh} and what goes with it, as they are met. */
final class RefreshOptions {
    /** Where Telegram publishes them. */
    static final String CONFIG = "https://core.telegram.org/getProxyConfig";
    static final String SECRET = "https://core.telegram.org/getProxySecret";

    private static final int LEAST_SECONDS = 60;
    /** A week. */
    private static final int MOST_SECONDS = 604_800;

    private int seconds;
    private @Nullable URI config;
    private @Nullable URI configV6;
    private @Nullable URI secret;
    private @Nullable String certificates;
    private @Nullable String proxy;
    /** An option that has no effect without {@code --refresh}. */
    private @Nullable String dependent;

    /** Returns false when the option is another one. */
    boolean take(String name, String value) throws Refusal {
        switch (name) {
            case "refresh" -> {
                seconds = Values.bounded("--refresh", value, LEAST_SECONDS, MOST_SECONDS);
                return true;
            }
            case "config-url" -> config = url(name, value);
            case "config-v6-url" -> configV6 = url(name, value);
            case "secret-url" -> secret = url(name, value);
            case "refresh-ca" -> certificates = value;
            case "refresh-proxy" -> proxy = value;
            default -> {
                return false;
            }
        }
        dependent = name;
        return true;
    }

    boolean on() {
        return seconds > 0;
    }

    /** All of it; null when it is not on. */
    Settings.@Nullable Refresh settings() throws Refusal {
        if (on()) {
            return new Settings.Refresh(seconds, config == null ? URI.create(CONFIG) : config, configV6,
                    secret == null ? URI.create(SECRET) : secret, certificates, proxy);
        }
        if (dependent != null) {
            throw Refusal.withUsage(Line.log("--" + dependent + " has no effect without --refresh"));
        }
        return null;
    }

    private static URI url(String name, String value) throws Refusal {
        try {
            URI url = new URI(value);
            if ("https".equalsIgnoreCase(url.getScheme()) && url.getHost() != null && url.getUserInfo() == null
                    && url.getFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // the same message
        }
        throw Refusal.withUsage(
                Line.log("value '" + value + "' of --" + name + ": expected https://<host>[:<port>]/<path>"));
    }
}
