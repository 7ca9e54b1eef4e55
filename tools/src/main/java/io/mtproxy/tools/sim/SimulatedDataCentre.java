package io.mtproxy.tools.sim;

import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A data centre of Telegram as clients see it, without a middle proxy: each client is a connection with an obfuscated header
 * of its own. Listens on one port and plays every data centre that a proxy leads to it. Answers as
 * {@link SimulatedTelegram} does. Any thread.
 *
 * <p>Tests let things go wrong: {@link #refuse}, {@link #hang}, {@link #stall}, {@link #halfClose}, {@link #reset}.
 */
public final class SimulatedDataCentre implements AutoCloseable {
    /** The ids under which clients know data centres: those for media are negative, those for tests above 10,000. */
    public static final List<Integer> IDS = List.of(1, 2, 3, 4, 5, 203, -1, -2, -3, -4, -5, 10_001, 10_002, 10_003,
            -10_001, -10_002, -10_003);

    private final Options options;
    private final Answers answers;
    private final DirectCounters counters;
    private final Gate reading = new Gate();
    private final InetSocketAddress address;
    private Reception<DirectClient> reception;
    private @Nullable FullPort full;

    /**
     * How to simulate; see {@link #defaults()}.
     *
     * @param listen port 0 takes any
     * @param rsa 2048 bits; null makes one when it is first needed
     * @param service is asked first about each packet
     * @param log gets a line for each connection that comes or goes, on any thread
     */
    public record Options(InetSocketAddress listen, @Nullable KeyPair rsa, PacketService service,
            Consumer<String> log) {
        /** Any loopback port, no service, no log. */
        public static Options defaults() {
            return new Options(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, PacketService.NONE,
                    line -> {});
        }

        /** Listens elsewhere. */
        public Options listen(InetSocketAddress other) {
            return new Options(other, rsa, service, log);
        }

        /** Has a given RSA key of 2048 bits. */
        public Options rsa(KeyPair pair) {
            return new Options(listen, pair, service, log);
        }

        /** Asks a service first about each packet. */
        public Options service(PacketService first) {
            return new Options(listen, rsa, first, log);
        }

        /** Tells of connections that come and go. */
        public Options log(Consumer<String> lines) {
            return new Options(listen, rsa, service, lines);
        }
    }

    /**
     * What a connection named in its header.
     *
     * @param dc with its sign
     */
    public record Named(int dc, Transport transport) {}

    private SimulatedDataCentre(Options options, Answers answers, DirectCounters counters) throws IOException {
        this.options = options;
        this.answers = answers;
        this.counters = counters;
        reception = listen(options.listen());
        address = reception.address();
    }

    /**
     * Listens; returns once it does.
     *
     * @throws IOException when the address cannot be bound
     */
    public static SimulatedDataCentre start(Options options) throws IOException {
        DirectCounters counters = new DirectCounters();
        return new SimulatedDataCentre(options, new Answers(options.service(), options.rsa(), counters), counters);
    }

    /**
     * Another way to the same Telegram: with its service, its RSA key and the keys that its clients made. What the options
     * say of service and key does not count.
     */
    public static SimulatedDataCentre beside(SimulatedTelegram telegram, Options options) throws IOException {
        return new SimulatedDataCentre(options, telegram.answers(), new DirectCounters());
    }

    /** Where it listens, or did last. */
    public InetSocketAddress address() {
        return address;
    }

    /** How the proxy's {@code --dc-override} names it for a data centre. */
    public String override(int dc) {
        InetAddress host = address.getAddress();
        String name = host.getAddress().length == 16 ? "[" + host.getHostAddress() + "]" : host.getHostAddress();
        return dc + ":" + name + ":" + address.getPort();
    }

    /** The proxy's options that lead these data centres here, without middle proxies. */
    public List<String> proxyOptions(List<Integer> dcs) {
        List<String> words = new ArrayList<>(List.of("--direct"));
        dcs.forEach(dc -> words.addAll(List.of("--dc-override", override(dc))));
        return words;
    }

    /** The public key that clients have to know, "BEGIN RSA PUBLIC KEY". */
    public String rsaPublicKeyPem() {
        return answers.key().pem();
    }

    /** The number by which clients and server name that key. */
    public long rsaFingerprint() {
        return answers.key().fingerprint();
    }

    /** What was seen until now. */
    public DirectStatistics statistics() {
        return counters.read();
    }

    /** How many connections named what. */
    public Map<Named, Long> named() {
        return counters.named();
    }

    // What can go wrong

    /** From now on connections are refused; those that are there stay. */
    public synchronized void refuse() {
        leavePort();
    }

    /** From now on connections hang: the system drops their first packets. Those that are there stay. */
    public synchronized void hang() throws IOException {
        leavePort();
        full = FullPort.at(address);
    }

    /** The end of {@link #refuse} and {@link #hang}: connections are welcome again, at the same address. */
    public synchronized void welcome() throws IOException {
        leavePort();
        reception = listen(address);
    }

    /** From now on nothing is read, on whatever connection, until {@link #goOn}. */
    public void stall() {
        reading.close();
    }

    /** The end of {@link #stall}. */
    public void goOn() {
        reading.open();
    }

    /** Ends what we send on the connections that are there, behind all that was sent, and goes on reading. */
    public synchronized void halfClose() {
        reception.guests().forEach(DirectClient::finish);
    }

    /** Resets the connections that are there; what has not yet arrived may be lost. */
    public synchronized void reset() {
        reception.guests().forEach(DirectClient::reset);
    }

    /** Stops listening and closes all connections. */
    @Override
    public synchronized void close() {
        leavePort();
        goOn();
        reception.guests().forEach(DirectClient::close);
    }

    private void leavePort() {
        reception.stopListening();
        if (full != null) {
            full.close();
            full = null;
        }
    }

    private Reception<DirectClient> listen(InetSocketAddress place) throws IOException {
        return Reception.open(place, (number, socket) -> new DirectClient(number, socket, answers, counters, reading,
                options.log()), options.log());
    }
}
