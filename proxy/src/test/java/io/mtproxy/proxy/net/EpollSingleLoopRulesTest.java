package io.mtproxy.proxy.net;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class EpollSingleLoopRulesTest extends EventLoopRules {
    @Override
    EventLoops loops() {
        return EventLoops.choose("epoll-single");
    }

    @Override
    int leastShare() {
        return 10;
    }
}
