package io.mtproxy.proxy.net;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class EpollSingleLoopTest extends EventLoopContract {
    @Override
    EventLoops loops() {
        return EventLoops.choose("epoll-single");
    }
}
