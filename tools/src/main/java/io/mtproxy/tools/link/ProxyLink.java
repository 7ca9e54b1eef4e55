package io.mtproxy.tools.link;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What a user opens to set up the proxy.
 *
 * @param host name or address under which clients reach it
 * @param port where it listens
 * @param secret in the form for clients
 */
public record ProxyLink(String host, int port, String secret) {

    /** Opens a Telegram application directly. */
    public String tg() {
        return "tg://proxy?" + query();
    }

    /** Works in a browser too. */
    public String https() {
        return "https://t.me/proxy?" + query();
    }

    private String query() {
        return "server=" + URLEncoder.encode(host, StandardCharsets.UTF_8) + "&port=" + port + "&secret=" + secret;
    }

    /** Not the secret: see {@link #tg()} and {@link #https()}, which carry it on purpose. */
    @Override
    public String toString() {
        return "link to " + host + ":" + port;
    }
}
