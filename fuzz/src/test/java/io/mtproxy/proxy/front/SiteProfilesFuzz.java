package io.mtproxy.proxy.front;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a supervisor tells its workers of the sites: taken and told again it is the same, or it is refused. */
public final class SiteProfilesFuzz {
    private static final int MAX_ALLOCATION = 512 << 10;
    private static final FrontSettings SETTINGS = FrontSettings.of(List.of("site.test", "b.test"), FrontSettings.PORT,
            null, new byte[32]);

    private SiteProfilesFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 4096L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        String text = new String(in.rest(), StandardCharsets.US_ASCII);
        String told;
        try {
            told = take(text).text();
        } catch (IllegalArgumentException e) {
            return;
        }
        same(take(told).text(), told, "taken and told again");
    }

    private static SiteProfiles take(String text) {
        return SiteProfiles.take(text, SETTINGS, domain -> null, OwnSockets.NONE);
    }
}
