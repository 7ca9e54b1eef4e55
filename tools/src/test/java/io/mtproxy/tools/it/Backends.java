package io.mtproxy.tools.it;

import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.Await;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.LinkFaults;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Several targets of one data centre, each of which can be killed and comes back at its address, and a proxy for them. */
final class Backends implements AutoCloseable {
    /** The data centre that all of them serve. */
    static final int DC = 2;

    private final SimulatedTelegram.Options options;
    private final List<InetSocketAddress> addresses = new ArrayList<>();
    private final List<SimulatedTelegram> telegrams = new ArrayList<>();
    private final String configHead;
    private final Path config;
    private final ProxyProcess proxy;

    /**
     * How to start.
     *
     * @param count how many targets
     * @param configHead lines in front of the targets
     * @param service who answers
     * @param environment variables of the proxy
     */
    record Plan(int count, String configHead, PacketService service, LinkFaults faults,
            Map<String, String> environment, List<String> arguments) {
        static Plan of(int count) {
            return new Plan(count, "", new LoadService(), LinkFaults.NONE, Map.of(), List.of());
        }

        Plan config(String head) {
            return new Plan(count, head, service, faults, environment, arguments);
        }

        Plan service(PacketService other) {
            return new Plan(count, configHead, other, faults, environment, arguments);
        }

        Plan faults(LinkFaults other) {
            return new Plan(count, configHead, service, other, environment, arguments);
        }

        Plan environment(String name, String value) {
            return new Plan(count, configHead, service, faults, Map.of(name, value), arguments);
        }

        Plan arguments(String... others) {
            return new Plan(count, configHead, service, faults, environment, List.of(others));
        }

        Backends start(Path directory) throws IOException {
            return new Backends(this, directory);
        }

        /** The same, waiting until a client is served. */
        Backends serving(Path directory) throws IOException {
            Backends backends = start(directory);
            backends.proxy.awaitServing(backends.target());
            return backends;
        }
    }

    private Backends(Plan plan, Path directory) throws IOException {
        options = SimulatedTelegram.Options.defaults().service(plan.service).faults(plan.faults);
        configHead = plan.configHead;
        for (int i = 0; i < plan.count; i++) {
            SimulatedTelegram telegram = SimulatedTelegram.start(options);
            telegrams.add(telegram);
            addresses.add(telegram.address());
        }
        TelegramFiles files = TelegramFiles.write(directory, telegrams.getFirst());
        config = files.config();
        write(IntStream.range(0, plan.count));
        proxy = ProxyProcess.start(new ProxyOptions(ProxyOptions.defaultExecutable(), directory, files.config(),
                files.secret(), List.of(World.SECRET), plan.arguments).environment(plan.environment));
    }

    private void write(IntStream indexes) throws IOException {
        Files.writeString(config, indexes.mapToObj(i -> "proxy_for " + DC + " " + name(i) + ";\n")
                .collect(Collectors.joining("", configHead + "default " + DC + ";\n", "")));
    }

    /** Makes the proxy use these targets, and no others, from now on. */
    void use(int... indexes) throws Exception {
        long wanted = stat("config_reload_success") + 1;
        write(IntStream.of(indexes));
        Family.signal("HUP", proxy.pid());
        Await.until("the config is in use", Harness.SOON, () -> stat("config_reload_success") == wanted);
    }

    ProxyProcess proxy() {
        return proxy;
    }

    SimulatedTelegram telegram(int index) {
        return telegrams.get(index);
    }

    /** As the config and the log name it. */
    String name(int index) {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + addresses.get(index).getPort();
    }

    /** Clients of that data centre. */
    LoadTarget target() {
        LoadTarget any = LoadTarget.of(proxy.address(), World.KEY);
        return new LoadTarget(any.proxy(), any.secret(), any.transports(), List.of(DC), any.patience(), any.tls());
    }

    void kill(int index) {
        telegrams.get(index).close();
    }

    void revive(int index) throws IOException {
        telegrams.set(index, SimulatedTelegram.start(options.listen(addresses.get(index))));
    }

    long stat(String key) throws IOException {
        return proxy.stats().number(key);
    }

    /** Lines of the log that contain this. */
    List<String> lines(String part) throws IOException {
        return proxy.log().lines().filter(line -> line.contains(part)).toList();
    }

    @Override
    public void close() {
        proxy.close();
        telegrams.forEach(SimulatedTelegram::close);
    }
}
