package io.mtproxy.proxy.app;

/** The version string of log, usage text and statistics. */
final class Version {
    static final String TEXT = "mtproxy-java-0.1.0";

    private Version() {}
}
