package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NioLoopTest extends EventLoopContract {
    @Override
    EventLoops loops() {
        return EventLoops.choose("nio");
    }

    @Test
    void cannotTakeOrGiveDescriptors() {
        Probe p = new Probe(loop, Endpoint.NONE);
        assertThatThrownBy(() -> loop.adopt(3, p)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> loop.detach(p)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> loops().inherit(3, SocketSettings.DEFAULT)).isInstanceOf(IOException.class)
                .hasMessageContaining("java.nio cannot take over descriptor 3");
    }
}
