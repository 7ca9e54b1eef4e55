package io.mtproxy.tools.impair;

import java.lang.reflect.Proxy;

/** SIGHUP, which otherwise ends a JVM. The JDK has no public way; its unsupported one is reached by name. */
final class HangUp {

    private HangUp() {}

    /** Does something at every SIGHUP. */
    static void handle(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler).invoke(null,
                    signal.getConstructor(String.class).newInstance("HUP"), ours);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM does not let us handle SIGHUP", e);
        }
    }
}
