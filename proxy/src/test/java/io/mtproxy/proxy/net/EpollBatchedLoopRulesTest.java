package io.mtproxy.proxy.net;

import java.io.IOException;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Every read and write goes the way that is meant for many. */
@EnabledOnOs(OS.LINUX)
class EpollBatchedLoopRulesTest extends EventLoopRules {
    @Override
    EventLoops loops() {
        return EventLoops.choose("epoll");
    }

    @Override
    EventLoop create() throws IOException {
        return new EpollLoop(SocketSettings.DEFAULT, false, 1, bugs::add);
    }

    /** Who reads a single client the longer way comes back later, so that shares are less even. */
    @Override
    int leastShare() {
        return 1;
    }
}
