package io.mtproxy.proxy.app;

import io.mtproxy.proxy.cli.Usage;
import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.supervisor.WorkerContext;
import io.mtproxy.proxy.supervisor.WorkerSeat;
import io.mtproxy.proxy.supervisor.Workers;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The daemon. The system property {@code mtproxy.argv0} is the name that messages call it by. */
public final class Main {
    private Main() {}

    /**
     * Runs the daemon; the process ends with it. Not by {@code System.exit}: we have no shutdown hooks, and before it asks for
     * them the JDK sets up its logging, to log that exit.
     */
    public static void main(String[] args) {
        Runtime.getRuntime().halt(run(args, new Engines()));
    }

    /** Not a lambda: the first one of a process costs 10 ms, also a process that only prints its usage. */
    private static final class Engines implements Engine.Factory {
        @Override
        public Engine create(Launch launch) {
            Workers workers = launch.workers();
            return workers == null ? new ProxyEngine(launch) : new SupervisorEngine(launch, workers);
        }
    }

    /** One whole life; returns the exit code. */
    static int run(String[] args, Engine.Factory engines) {
        String program = System.getProperty("mtproxy.argv0", "mtproto-proxy");
        long pid = OwnProcess.pid();
        Log log = new Log(new FileOutputStream(FileDescriptor.err), pid, Clock.systemUTC());
        Life life = new Life(log, new Life.Host());
        @Nullable
        String[] end = new String[1];
        try {
            String seat = System.getenv(WorkerSeat.VARIABLE);
            WorkerContext worker = seat == null ? null : WorkerContext.join(seat, log);
            life.install();
            if (worker == null) {
                log.line("Invoking engine " + Version.TEXT);
            } else {
                worker.begin(life);
            }
            Launch launch = new StartUp(log, pid, worker).run(program, List.of(args));
            boolean stopped = mainLoop(launch, engines, life, end);
            if (worker != null) {
                worker.end();
            }
            if (!stopped) {
                return 1;
            }
        } catch (Refusal e) {
            print(log, e.lines());
            if (e.usage()) {
                printUsage(program);
            }
            return e.exitCode();
        }
        String lastLine = life.lastLine() == null ? end[0] : life.lastLine();
        if (lastLine == null) {
            log.line("fatal: the main loop ended by itself");
            return 1;
        }
        log.line(lastLine);
        return 0;
    }

    /** @param end takes the line to end with when no signal has ended it */
    private static boolean mainLoop(Launch launch, Engine.Factory engines, Life life, @Nullable String[] end) {
        try (Engine engine = engines.create(launch)) {
            life.begin(engine, launch);
            if (launch.fronting() != null) {
                launch.fronting().keep();
            }
            if (launch.refreshing() != null) {
                launch.refreshing().keep(life);
            }
            launch.log().line(1, "Server started");
            launch.log().line(0, "main loop");
            engine.begin();
            if (launch.slot() == null) { // a worker's supervisor speaks for it
                report(engine, life, launch.log());
            }
            boolean stopped = engine.run();
            end[0] = engine.lastLine();
            return stopped;
        }
    }

    private static void report(Engine engine, Life life, Log log) {
        ServiceManager manager = ServiceManager.of(System::getenv, OwnProcess.pid(), log);
        if (manager != null) {
            life.reportTo(manager);
            manager.ready();
            manager.watch(engine);
        }
    }

    /** Lines of a refusal to the log. */
    static void print(Log log, List<Refusal.Line> lines) {
        for (Refusal.Line line : lines) {
            if (line.prefixed()) {
                log.line(line.text());
            } else {
                log.raw(line.text());
            }
        }
    }

    private static void printUsage(String program) {
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            out.write(Usage.text(program, Version.TEXT).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // nobody listens; the exit code says the same
        }
    }
}
