package io.mtproxy.proxy.front;

import java.util.List;

/** Sites as another process would tell of them. */
public final class KnownSites {
    private static final String TEXT = """
            at 127.0.0.1
            mtproxy-site 1
            domain site.test
            origin probed
            seen-at 1790000000
            chacha-first 1303
            hybrid suite=1301 group=11ec extensions=002b,0033 server-hello=1206 ccs=1
            hybrid-flight times=7 records=42,2611,281,69
            classic suite=1301 group=001d extensions=0033,002b server-hello=118 ccs=1
            classic-flight times=10 records=42,2611,281,69
            end
            """;

    private KnownSites() {}

    /** One site on this machine, {@code site.test}, that takes both key exchanges. */
    public static SiteProfiles one() {
        FrontSettings settings = FrontSettings.of(List.of("site.test"), FrontSettings.PORT, null, new byte[32]);
        return SiteProfiles.take(TEXT, settings, domain -> null, OwnSockets.NONE);
    }
}
