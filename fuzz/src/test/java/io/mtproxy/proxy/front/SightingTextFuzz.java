package io.mtproxy.proxy.front;

import static io.mtproxy.fuzz.Oracle.allocatesAtMost;
import static io.mtproxy.fuzz.Oracle.require;
import static io.mtproxy.fuzz.Oracle.same;

import io.mtproxy.fuzz.Input;
import java.nio.charset.StandardCharsets;

/** Kept sightings: what is read is written the same again, and a refusal does no harm in a log. */
public final class SightingTextFuzz {
    private static final int MAX_ALLOCATION = 256 << 10;
    private static final int MAX_MESSAGE = 300;
    private static final String DOMAIN = "site.test";

    private SightingTextFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        allocatesAtMost(MAX_ALLOCATION + 2048L * data.length, () -> check(new Input(data)));
    }

    private static void check(Input in) {
        String text = new String(in.rest(), StandardCharsets.ISO_8859_1);
        SiteSighting sighting;
        try {
            sighting = SightingText.read(text, DOMAIN);
        } catch (SightingText.Malformed e) {
            String message = String.valueOf(e.getMessage());
            require(message.length() <= MAX_MESSAGE && message.chars().allMatch(c -> c >= ' ' && c <= '~'),
                    "message: " + message);
            return;
        }
        String written = SightingText.write(sighting);
        try {
            same(SightingText.read(written, DOMAIN), sighting, "written and read again");
        } catch (SightingText.Malformed e) {
            throw new AssertionError("written, but not read: " + written, e);
        }
    }
}
