package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.tools.stability.Crowd.Kind;
import io.mtproxy.tools.stability.StabilityReport.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The suite: its trials from top to bottom. One thread. */
public final class Stability {

    private static final List<Trial> CROWDS = List.of(new CrowdTrial(Kind.SLOW_LORIS), new CrowdTrial(Kind.SILENT),
            new CrowdTrial(Kind.GARBAGE));
    private static final List<Trial> BEFORE = List.of(new BurstTrial(), new IdleTrial(), new OversizedTrial(),
            new SlowReaderTrial());
    private static final List<Trial> BEHIND = List.of(new ResetTrial(), new SoakTrial(), new PeaceTrial());
    private static final int WARM_UP_CLIENTS = 30;

    private static final Starter NOBODY = hidden -> {
        throw new IllegalStateException("for the names alone");
    };

    private final Stage open;
    private final Stage hidden;
    private final Listener listener;
    private final Set<String> only;
    private final Starter starter;

    /** Is told how it goes. */
    public interface Listener {
        /** A trial begins. */
        void begins(String trial);

        /** It is over. */
        void ended(Result result);
    }

    /** Starts a proxy of a trial's own. */
    @FunctionalInterface
    public interface Starter {
        /** One that serves, hidden behind a site of its own or not; started with {@link Succession#controlled}. */
        Stage start(boolean hidden) throws IOException;
    }

    /** Variables that the proxy has to be started with. */
    public static final Map<String, String> ENVIRONMENT = Map.of("MTPROXY_OUTBOUND_IDLE_TIMEOUT_MS",
            String.valueOf(IdleTrial.IDLE_MILLIS));

    /**
     * A suite for two proxies that serve.
     *
     * @param open started with {@link #ENVIRONMENT}
     * @param hidden in front of a {@link PatientSite}
     * @param starter starts further ones, which are replaced by others
     * @param only names of trials to run; empty: all
     */
    public Stability(Stage open, Stage hidden, Starter starter, Set<String> only, Listener listener) {
        this.starter = starter;
        this.only = Set.copyOf(only);
        this.open = open;
        this.hidden = hidden;
        this.listener = listener;
    }

    /** Runs all trials, also behind one that fails, as long as the proxies live. The last ones stop them. */
    public StabilityReport run() throws InterruptedException {
        List<Result> results = new ArrayList<>();
        warmUp(open);
        run(BEFORE, open, results);
        run(CROWDS, open, results);
        warmUp(hidden);
        run(CROWDS, hidden, results);
        run(upgrades(starter), hidden, results);
        run(List.of(new PeaceTrial()), hidden, results);
        run(List.of(new UpgradeTrial(starter)), open, results);
        run(BEHIND, open, results);
        return new StabilityReport(results);
    }

    private static String name(Trial trial, boolean hidden) {
        return hidden ? trial.name() + ", -D" : trial.name();
    }

    private static List<Trial> upgrades(Starter starter) {
        return List.of(new UpgradeTrial(starter), new ManyUpgradesTrial(starter));
    }

    /** All that {@code only} may name. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        BEFORE.forEach(trial -> names.add(name(trial, false)));
        CROWDS.forEach(trial -> names.add(name(trial, false)));
        CROWDS.forEach(trial -> names.add(name(trial, true)));
        upgrades(NOBODY).forEach(trial -> names.add(name(trial, true)));
        names.add(name(new UpgradeTrial(NOBODY), false));
        BEHIND.forEach(trial -> names.add(name(trial, false)));
        return names;
    }

    private static void warmUp(Stage stage) throws InterruptedException {
        stage.load(LoadWork.echo(100, 64, 4096), WARM_UP_CLIENTS);
    }

    private void run(List<Trial> trials, Stage stage, List<Result> results) throws InterruptedException {
        for (Trial trial : trials) {
            String name = name(trial, stage.hidden());
            if (!only.isEmpty() && !only.contains(name)) {
                continue;
            }
            listener.begins(name);
            Result result = run(trial, name, stage);
            results.add(result);
            listener.ended(result);
        }
    }

    private static Result run(Trial trial, String name, Stage stage) throws InterruptedException {
        long start = System.nanoTime();
        List<Guard> guards = List.of();
        String trouble = "";
        try {
            guards = trial.run(stage);
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            trouble = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        return new Result(name, Duration.ofNanos(System.nanoTime() - start), guards, trouble);
    }
}
