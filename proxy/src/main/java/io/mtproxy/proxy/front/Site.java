package io.mtproxy.proxy.front;

import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.wire.faketls.ClientHello;
import io.mtproxy.wire.faketls.SiteProfile;
import io.mtproxy.wire.faketls.SiteProfile.CipherPolicy;
import io.mtproxy.wire.faketls.SiteProfile.Extension;
import io.mtproxy.wire.faketls.Tls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A site behind which we hide: how it answers, and where it is. Immutable; any thread; its methods neither block nor fail. */
public final class Site {
    /** C: clients that come in by this port are passed on to the same port of the site. */
    private static final int HTTP_PORT = 80;

    private final SiteSighting sighting;
    private final @Nullable InetAddress address;
    private final Target tls;
    private final Target http;
    private final boolean near;
    private final SiteProfile hybrid;
    private final SiteProfile classic;

    /**
     * One port of the site.
     *
     * @param address null when the name has no address
     * @param own whether it is one of our own sockets
     */
    private record Target(@Nullable InetSocketAddress address, boolean own) {
        static Target of(@Nullable InetAddress address, int port, OwnSockets own) {
            return address == null
                    ? new Target(null, false)
                    : new Target(new InetSocketAddress(address, port), own.accept(address, port));
        }
    }

    /** May block while it asks for the addresses of this machine. */
    Site(SiteSighting sighting, @Nullable InetAddress address, int port, OwnSockets own) {
        this.sighting = sighting;
        this.address = address;
        this.near = address != null && OwnSockets.ofThisMachine(address);
        this.tls = Target.of(address, port, own);
        this.http = Target.of(address, HTTP_PORT, own);
        this.classic = profile(sighting, sighting.classic());
        this.hybrid = sighting.hybrid() == null ? classic : profile(sighting, sighting.hybrid());
    }

    /** The name as given with {@code -D}. */
    public String domain() {
        return sighting.domain();
    }

    /**
     * Where a connection that is not ours goes.
     *
     * @param localPort the port by which it came in
     * @return null when there is no address, or it would come back to us: the connection is to be closed, as in C
     */
    public @Nullable InetSocketAddress target(int localPort) {
        Target target = at(localPort);
        return target.own() ? null : target.address();
    }

    /** Whether the site's address is one of our own listening sockets. */
    public boolean leadsBack(int localPort) {
        return at(localPort).own();
    }

    /** Whether the site is on this machine: to connect there is cheap, and nobody sees it. */
    public boolean near() {
        return near;
    }

    private Target at(int localPort) {
        return localPort == HTTP_PORT ? http : tls;
    }

    /** How to answer that client: servers answer hellos with a share for X25519MLKEM768 otherwise. */
    public SiteProfile profile(ClientHello hello) {
        return hello.keyShareLength(Tls.X25519_MLKEM768) > 0 ? hybrid : classic;
    }

    /** Whether the profile is what the site was seen to do, and not drawn. */
    public boolean probed() {
        return sighting.probed();
    }

    SiteSighting sighting() {
        return sighting;
    }

    @Nullable
    InetAddress address() {
        return address;
    }

    private static SiteProfile profile(SiteSighting sighting, Answer answer) {
        List<Extension> extensions = answer.extensions().stream().map(Extension::made).toList();
        List<Integer> lengths = new ArrayList<>();
        for (Flight flight : answer.flights()) {
            lengths.addAll(Collections.nCopies(flight.times(), flight.oneRecord()));
        }
        List<Integer> groups = answer.group() == Tls.X25519
                ? List.of(Tls.X25519)
                : List.of(answer.group(), Tls.X25519);
        return new SiteProfile(ciphers(answer.cipherSuite(), sighting.chachaFirst()), groups, extensions, lengths);
    }

    /**
     * The site's rule by its choice from 1301, 1302, 1303 and from 1303, 1301, 1302: the same twice is a choice of its own;
     * what stood first both times is the client's.
     */
    private static CipherPolicy ciphers(int usual, int chachaFirst) {
        if (usual == 0) {
            return CipherPolicy.CLIENTS_CHOICE;
        }
        if (chachaFirst == 0 || chachaFirst == usual) {
            return new CipherPolicy(false, List.of(usual));
        }
        return usual == Tls.AES_128_GCM_SHA256
                ? CipherPolicy.CLIENTS_CHOICE
                : new CipherPolicy(true, List.of(usual, chachaFirst));
    }
}
