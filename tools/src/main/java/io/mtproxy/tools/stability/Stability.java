package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.sim.SimulatedTelegram;
import io.mtproxy.tools.stability.Crowd.Kind;
import io.mtproxy.tools.stability.StabilityReport.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The suite: its trials from top to bottom. One thread. */
public final class Stability {

    private static final List<Trial> TRIALS = List.of(new BurstTrial(), new IdleTrial(), new OversizedTrial(),
            new SlowReaderTrial(),
            new CrowdTrial(Kind.SLOW_LORIS), new CrowdTrial(Kind.SILENT), new CrowdTrial(Kind.GARBAGE),
            new ResetTrial(),
            new SoakTrial(), new PeaceTrial());
    private static final int WARM_UP_CLIENTS = 30;

    private final Stage stage;
    private final Listener listener;

    /** Is told how it goes. */
    public interface Listener {
        /** A trial begins. */
        void begins(String trial);

        /** It is over. */
        void ended(Result result);
    }

    /** Variables that the proxy has to be started with. */
    public static final Map<String, String> ENVIRONMENT = Map.of("MTPROXY_OUTBOUND_IDLE_TIMEOUT_MS",
            String.valueOf(IdleTrial.IDLE_MILLIS));

    /**
     * A suite for a proxy that serves, started with {@link #ENVIRONMENT}.
     *
     * @param secret 16 bytes that the proxy takes
     */
    public Stability(ProxyProcess proxy, SimulatedTelegram telegram, byte[] secret, StabilityPlan plan,
            Listener listener) {
        stage = new Stage(proxy, telegram, secret.clone(), plan);
        this.listener = listener;
    }

    /** Runs all trials, also behind one that fails, as long as the proxy lives. The last one stops it. */
    public StabilityReport run() throws InterruptedException {
        stage.load(LoadWork.echo(100, 64, 4096), WARM_UP_CLIENTS);
        List<Result> results = new ArrayList<>();
        for (Trial trial : TRIALS) {
            listener.begins(trial.name());
            Result result = run(trial);
            results.add(result);
            listener.ended(result);
        }
        return new StabilityReport(results);
    }

    private Result run(Trial trial) throws InterruptedException {
        long start = System.nanoTime();
        List<Guard> guards = List.of();
        String trouble = "";
        try {
            guards = trial.run(stage);
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            trouble = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        return new Result(trial.name(), Duration.ofNanos(System.nanoTime() - start), guards, trouble);
    }
}
