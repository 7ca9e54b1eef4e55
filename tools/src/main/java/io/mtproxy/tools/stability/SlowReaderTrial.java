package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadMode;
import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.load.UnreadStream;
import io.mtproxy.tools.process.ProxyStats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Some clients ask for much and read nothing, while others stream: the others get all, the slow ones end at their bound. */
final class SlowReaderTrial implements Trial {
    /** More than the proxy keeps for one client, socket buffers included. */
    private static final long STREAM = 96L << 20;
    private static final int OTHERS = 12;
    private static final long OTHERS_STREAM = 4 << 20;
    private static final List<String> COUNTERS = List.of("closed_client_too_slow", "closed_client_memory");

    @Override
    public String name() {
        return "slow readers";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        long before = counted(stage.stats());
        int slow = stage.plan().slowReaders();
        List<UnreadStream> readers = new ArrayList<>();
        LoadReport report;
        try {
            for (int i = 0; i < slow; i++) {
                readers.add(new UnreadStream(stage.target().client(i), STREAM));
            }
            report = stage.load(LoadWork.streams(LoadMode.DOWN, OTHERS_STREAM), OTHERS);
            stage.await("slow readers are closed", () -> counted(stage.stats()) - before >= slow);
        } finally {
            for (UnreadStream reader : readers) {
                reader.close();
            }
        }
        stage.awaitNoClients();
        return List.of(
                Guard.exactly("other clients that got their stream", report.handshakes() - report.failed(), OTHERS),
                Guard.exactly("slow readers closed", counted(stage.stats()) - before, slow));
    }

    private static long counted(ProxyStats stats) {
        return COUNTERS.stream().mapToLong(stats::number).sum();
    }
}
