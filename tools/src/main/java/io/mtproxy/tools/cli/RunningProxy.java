package io.mtproxy.tools.cli;

import io.mtproxy.tools.control.ControlFolders;
import io.mtproxy.tools.control.ControlSocket;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The daemon that a command is for. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required
final class RunningProxy {

    private final Map<String, String> environment;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--pid", paramLabel = "N", description = "Process id of the proxy. Default: that of the only one that runs.")
    private @Nullable Long pid;

    /** @param environment says where daemons are found */
    RunningProxy(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Sends it a line and shows what it says. @return the exit code */
    int tell(String request) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        ControlFolders folders = ControlFolders.of(environment);
        ControlSocket socket = pid == null ? folders.only() : folders.of(pid);
        out.println(socket.ask(request, line -> {
            out.println(line);
            out.flush();
        }));
        return 0;
    }
}
