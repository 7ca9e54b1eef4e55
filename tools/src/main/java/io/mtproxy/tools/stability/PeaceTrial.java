package io.mtproxy.tools.stability;

import io.mtproxy.tools.process.ProxyStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** When everybody has gone: every gauge is 0, nothing surprising stands in the log, and the proxy ends when it is asked to. */
final class PeaceTrial implements Trial {
    private static final List<String> SURPRISES = List.of("Exception", "\tat ", "Error");

    @Override
    public String name() {
        return "peace";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        stage.awaitNoClients();
        List<Guard> guards = new ArrayList<>();
        ProxyStats stats = stage.stats();
        for (String gauge : Stage.GAUGES) {
            guards.add(Guard.exactly(gauge, stats.number(gauge), 0));
        }
        guards.add(Guard.exactly("closed_internal_error", stats.number("closed_internal_error"), 0));
        String log = stage.proxy().log();
        guards.add(Guard.exactly("surprises in the log", SURPRISES.stream().filter(log::contains).count(), 0));
        guards.add(Guard.exactly("exit code after SIGTERM", stage.proxy().stop(), 0));
        return guards;
    }
}
