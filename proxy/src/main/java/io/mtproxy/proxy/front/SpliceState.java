package io.mtproxy.proxy.front;

import java.net.InetSocketAddress;

/**
 * A {@link Splice} that goes on in another process. The arrays are not copied.
 *
 * @param descriptor of the site's side, -1 while it was being connected
 * @param toClient what waits for the client
 * @param toSite what waits for the site
 * @param siteActed the client has seen something of the site
 * @param clientEnded the client's FIN has come
 * @param siteEnded the site's has
 * @param toldClient the site's FIN was passed on to the client
 * @param toldSite the client's was passed on to the site
 */
public record SpliceState(int descriptor, InetSocketAddress target, byte[] toClient, byte[] toSite, boolean siteActed,
        boolean clientEnded, boolean siteEnded, boolean toldClient, boolean toldSite) {}
