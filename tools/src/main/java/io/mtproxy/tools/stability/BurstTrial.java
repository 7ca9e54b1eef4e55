package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadWork;
import java.util.List;

/** Very many clients at once: all are served. */
final class BurstTrial implements Trial {
    @Override
    public String name() {
        return "burst";
    }

    @Override
    public List<Guard> run(Stage stage) throws InterruptedException {
        int clients = stage.plan().burst();
        LoadReport report = stage.load(LoadWork.echo(3, 64, 4096), clients);
        stage.awaitNoClients();
        return List.of(Guard.exactly("clients served", report.handshakes(), clients),
                Guard.exactly("clients that failed or got a wrong byte", report.failed(), 0));
    }
}
