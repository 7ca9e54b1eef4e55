package io.mtproxy.proxy.front;

import static io.mtproxy.proxy.front.ServerBytes.hello;
import static io.mtproxy.proxy.front.ServerBytes.join;
import static io.mtproxy.proxy.front.ServerBytes.share;
import static io.mtproxy.proxy.front.ServerBytes.unhex;
import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.wire.faketls.Tls;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class FlightParserProperties {
    private static final byte[] ID = new byte[32];

    @Property
    void noiseIsRefusedOrLeavesItIncomplete(@ForAll byte[] noise) {
        byte[] start = hello(ID, 0x1301, ServerBytes.VERSIONS, share(Tls.X25519));
        for (byte[] bytes : List.of(noise, join(unhex("160303"), noise), join(start, noise))) {
            FlightParser parser = new FlightParser("front.test", ID);
            try {
                parser.feed(bytes, 0, bytes.length);
                assertThat(parser.bytes()).isEqualTo(bytes.length);
            } catch (ProbeFailure e) {
                assertThat(e.line()).contains(" ");
            }
        }
    }
}
