package io.mtproxy.tools.it;

import io.mtproxy.tools.load.LoadService;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.tools.process.ProxyOptions;
import io.mtproxy.tools.process.ProxyProcess;
import io.mtproxy.tools.process.TelegramFiles;
import io.mtproxy.tools.sim.PacketService;
import io.mtproxy.tools.sim.SimulatedTelegram;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;

/** A proxy with any options, and its Telegram. */
record World(SimulatedTelegram telegram, ProxyProcess proxy) implements AutoCloseable {
    static final String SECRET = "00112233445566778899aabbccddeeff";
    /** Those that are kept to a target: min_connections, by default. */
    static final int LINKS = 4;
    static final byte[] KEY = HexFormat.of().parseHex(SECRET);

    /** How a world is made; by default it listens on 127.0.0.1 and answers load. */
    record Plan(Path executable, InetSocketAddress telegram, PacketService service, List<String> secrets,
            List<String> arguments) {
        static Plan ours() {
            return new Plan(ProxyOptions.defaultExecutable(), new InetSocketAddress("127.0.0.1", 0), new LoadService(),
                    List.of(SECRET), List.of());
        }

        Plan executable(Path other) {
            return new Plan(other, telegram, service, secrets, arguments);
        }

        Plan telegram(InetSocketAddress address) {
            return new Plan(executable, address, service, secrets, arguments);
        }

        Plan service(PacketService other) {
            return new Plan(executable, telegram, other, secrets, arguments);
        }

        Plan secrets(List<String> others) {
            return new Plan(executable, telegram, service, others, arguments);
        }

        Plan arguments(String... more) {
            return new Plan(executable, telegram, service, secrets, List.of(more));
        }

        /** Telegram and the proxy, which need not be connected yet. */
        World start(Path directory) throws IOException {
            return start(directory, UnaryOperator.identity());
        }

        /** The same, with further options of the proxy. */
        World start(Path directory, UnaryOperator<ProxyOptions> further) throws IOException {
            SimulatedTelegram simulated = SimulatedTelegram
                    .start(SimulatedTelegram.Options.defaults().listen(telegram).service(service));
            TelegramFiles files = TelegramFiles.write(directory, simulated);
            return new World(simulated, ProxyProcess.start(further.apply(
                    new ProxyOptions(executable, directory, files.config(), files.secret(), secrets, arguments))));
        }

        /** The same, waiting until a client with the first secret is served. */
        World serving(Path directory) throws IOException {
            World world = start(directory);
            world.proxy.awaitServing(LoadTarget.of(world.proxy.address(), HexFormat.of().parseHex(secrets.getFirst())));
            return world;
        }
    }

    @Override
    public void close() {
        proxy.close();
        telegram.close();
    }
}
