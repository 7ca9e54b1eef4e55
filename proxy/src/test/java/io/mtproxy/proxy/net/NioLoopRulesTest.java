package io.mtproxy.proxy.net;

class NioLoopRulesTest extends EventLoopRules {
    @Override
    EventLoops loops() {
        return EventLoops.choose("nio");
    }

    @Override
    int leastShare() {
        return 0;
    }
}
