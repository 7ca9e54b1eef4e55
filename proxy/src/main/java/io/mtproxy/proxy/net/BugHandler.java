package io.mtproxy.proxy.net;

/** Is told of what must never happen: an exception that no rule of the protocol explains. Called on a loop's thread. */
@FunctionalInterface
public interface BugHandler {
    void bug(Throwable cause);
}
