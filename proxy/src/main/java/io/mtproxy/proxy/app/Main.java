package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Clock;

/** The daemon. */
public final class Main {
    private Main() {}

    /** Runs the daemon; returns only when it has ended. */
    public static void main(String[] args) {
        Log log = new Log(new FileOutputStream(FileDescriptor.err), ProcessHandle.current().pid(), Clock.systemUTC());
        log.line("start-up is not there yet");
    }
}
