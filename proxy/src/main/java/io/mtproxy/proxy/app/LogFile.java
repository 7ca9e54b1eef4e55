package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.log.LogStream;
import io.mtproxy.proxy.os.OsException;
import io.mtproxy.proxy.os.Session;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What {@code -d} and {@code -l} do, at start and at SIGUSR1. */
public final class LogFile {
    private final Log log;
    private final boolean daemonize;
    private final boolean telling;
    private final @Nullable String file;

    /** @param telling whether a reopened log says so, at verbosity 1; of several processes only the first does */
    LogFile(Log log, Settings.Host host, boolean telling) {
        this.telling = telling;
        this.log = log;
        this.daemonize = host.daemonize();
        this.file = host.logFile();
    }

    /** With {@code -d}: leaves the session and the standard streams of the caller. */
    void daemonize() throws Refusal {
        if (!daemonize) {
            return;
        }
        openOrRefuse();
        Session.leave();
        redirect();
        if (file != null) {
            tellReopened();
        }
    }

    /** With {@code -l} alone: from here on lines go to the file. */
    void open() throws Refusal {
        if (!daemonize) {
            openOrRefuse();
        }
    }

    /** SIGUSR1: a new file of the same name; when that fails the old one stays. Any thread. */
    void reopen() {
        if (file == null) {
            log.line("no log file to reopen: -l is not given");
            return;
        }
        try {
            log.to(LogStream.append(file));
            if (daemonize) {
                redirect();
            }
            tellReopened();
        } catch (IOException e) {
            log.line(complaint(e));
        }
    }

    private void tellReopened() {
        if (telling) {
            log.line(1, "logs reopened.");
        }
    }

    private void openOrRefuse() throws Refusal {
        if (file == null) {
            return;
        }
        try {
            log.to(LogStream.append(file));
        } catch (IOException e) {
            throw Refusal.exit(1, Line.log("fatal: " + complaint(e)));
        }
    }

    /** For what the JVM itself writes; our own lines have a stream of their own. */
    private void redirect() {
        try {
            Session.redirect(file);
        } catch (OsException e) {
            log.line("cannot redirect the standard streams to log file '" + file + "': " + e.reason());
        }
    }

    private String complaint(IOException e) {
        return "cannot open log file '" + file + "': " + LogStream.reason(e);
    }
}
