package io.mtproxy.proxy.net;

class EpollLoopRulesTest extends EventLoopRules {
    @Override
    EventLoops loops() {
        return EventLoops.choose("epoll");
    }

    @Override
    int leastShare() {
        return 10;
    }
}
