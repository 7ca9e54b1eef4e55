package io.mtproxy.proxy.front;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All sites at one time. Immutable; any thread. */
public final class Sites {
    private final Map<String, Site> byName;
    private final List<Site> all;
    private final Site first;

    /** @param sites one for each domain, in the order of the options */
    Sites(List<Site> sites) {
        Map<String, Site> names = new HashMap<>();
        sites.forEach(site -> names.put(Domains.onTheWire(site.domain()), site));
        byName = Map.copyOf(names);
        all = List.copyOf(sites);
        first = sites.getFirst();
    }

    /**
     * The site that a client asks for: a look into a map. Names are equal byte by byte, as in C.
     *
     * @param serverName as {@code ClientHello.serverName()} has it, a character for each byte
     * @return null when it is none of ours
     */
    public @Nullable Site get(String serverName) {
        return byName.get(serverName);
    }

    /** The site of the first {@code -D}: for whoever asks for none of ours. */
    public Site fallback() {
        return first;
    }

    /** The site that a client asks for, or else {@link #fallback}. */
    public Site of(@Nullable String serverName) {
        Site site = serverName == null ? null : byName.get(serverName);
        return site == null ? first : site;
    }

    /** In the order of the options, each domain once. */
    public List<Site> all() {
        return all;
    }

    /** The same but for one site. */
    Sites with(Site changed) {
        return new Sites(all.stream().map(site -> site.domain().equals(changed.domain()) ? changed : site).toList());
    }
}
