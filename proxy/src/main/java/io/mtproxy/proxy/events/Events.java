package io.mtproxy.proxy.events;

/** Where events go. Called on loop threads: implementations are quick and thread-safe. */
@FunctionalInterface
public interface Events {
    void on(Event event);
}
