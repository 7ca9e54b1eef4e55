package io.mtproxy.tools.cli;

import io.mtproxy.tools.load.KeyExchangeProbe;
import io.mtproxy.tools.load.LoadTarget;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.obfuscated.DataCentreAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks every data centre for a key exchange through a proxy in direct mode, as a client begins. Where none answers, tries its
 * addresses from here, to tell which of them cannot be reached, and why.
 */
final class DirectCheck {

    /** Those that clients of all countries belong to. */
    static final List<Integer> CENTRES = List.of(1, 2, 3, 4, 5);

    /** Longer than the proxy itself waits for a data centre. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int CONNECT_MILLIS = 3000;

    private final LoadTarget proxy;
    private final Map<Integer, List<InetSocketAddress>> addresses;

    /**
     * What came of one data centre.
     *
     * @param failure empty when it answered
     * @param attempts a line for each address, when it did not
     */
    record Outcome(int dc, Duration time, String failure, List<String> attempts) {
        boolean answered() {
            return failure.isEmpty();
        }
    }

    /** @param overrides as {@code --dc-override} has them: {@code ID:ADDRESS:PORT} */
    DirectCheck(LoadTarget proxy, List<String> overrides) {
        this.proxy = proxy.patience(PATIENCE);
        addresses = addresses(overrides);
    }

    /** As the daemon does it: the addresses that are given for an id replace those that it has built in. */
    private static Map<Integer, List<InetSocketAddress>> addresses(List<String> overrides) {
        Map<Integer, List<InetSocketAddress>> given = new HashMap<>();
        for (String override : overrides) {
            int colon = override.indexOf(':');
            given.computeIfAbsent(Integer.valueOf(override.substring(0, colon)), id -> new ArrayList<>())
                    .add(Converters.address(override.substring(colon + 1)));
        }
        Map<Integer, List<InetSocketAddress>> all = new HashMap<>();
        DataCentreAddresses.builtIn().forEach((dc, numeric) -> all.put(dc, numeric.stream()
                .map(address -> new InetSocketAddress(address, DataCentreAddresses.PORT)).toList()));
        all.putAll(given);
        return all;
    }

    /** All at once; takes as long as the slowest. */
    List<Outcome> run() throws InterruptedException {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> asked = new ArrayList<>();
            for (int dc : CENTRES) {
                asked.add(executor.submit(() -> ask(dc)));
            }
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> one : asked) {
                outcomes.add(one.get());
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private Outcome ask(int dc) {
        long start = System.nanoTime();
        try {
            KeyExchangeProbe.ask(proxy.dcs(List.of(dc)).client(0));
            return new Outcome(dc, since(start), "", List.of());
        } catch (IOException | ProtocolException e) {
            String failure = Failures.say(e);
            Duration time = since(start);
            return new Outcome(dc, time, failure, addresses.getOrDefault(dc, List.of()).stream()
                    .map(DirectCheck::attempt).toList());
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static String attempt(InetSocketAddress address) {
        return name(address) + ": " + connect(address);
    }

    private static String name(InetSocketAddress address) {
        String host = address.getAddress() == null ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    private static String connect(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return "can be reached from here";
        } catch (SocketTimeoutException e) {
            return "no answer within " + CONNECT_MILLIS / 1000 + " s";
        } catch (IOException e) {
            return Failures.say(e);
        }
    }
}
