package io.mtproxy.tools.sim;

import io.mtproxy.wire.crypto.RpcKeys.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A middle proxy of Telegram with its own secret and its own RSA key, listening on one port. Any thread. Answers the
 * packets of its {@link PacketService} first, then those of real MTProto clients: key exchange, pings, help.getConfig,
 * help.getNearestDc.
 */
public final class SimulatedTelegram implements AutoCloseable {
    private static final int[] DATA_CENTRES = {1, -1, 2, -2, 3, -3, 4, -4, 5, -5};

    private final Options options;
    private final Counters counters;
    private final Answers answers;
    private final Reception<Link> reception;

    /**
     * How to simulate; see {@link #defaults()}.
     *
     * @param listen port 0 takes any
     * @param proxySecret 32 to 256 bytes: the content of the file that the proxy gets with {@code --aes-pwd}
     * @param nat how the proxy's {@code --nat-info} reads
     * @param rsa 2048 bits; null makes one when it is first needed
     * @param castagnoli whether CRC-32C is accepted from a proxy that offers it
     * @param maxSessions clients known at a time; more are closed at their first packet
     * @param service is asked first about each packet
     * @param faults decides what goes wrong
     * @param log gets a line for each link that comes or goes, on any thread
     */
    public record Options(InetSocketAddress listen, byte[] proxySecret, List<NatRule> nat, @Nullable KeyPair rsa,
            boolean castagnoli, int maxSessions, PacketService service, LinkFaults faults, Consumer<String> log) {
        /** IllegalArgumentException when the secret is too short or too long. */
        public Options {
            if (proxySecret.length < 32 || proxySecret.length > 256) {
                throw new IllegalArgumentException(
                        "proxy secret of " + proxySecret.length + " bytes, expected 32 to 256");
            }
            nat = List.copyOf(nat);
        }

        /** Any loopback port, a random secret of 128 bytes, no NAT, CRC-32C accepted, no service, no faults, no log. */
        public static Options defaults() {
            byte[] secret = new byte[128];
            new SecureRandom().nextBytes(secret);
            return new Options(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), secret, List.of(), null,
                    true, 1 << 20, PacketService.NONE, LinkFaults.NONE, line -> {});
        }

        /** Listens elsewhere. */
        public Options listen(InetSocketAddress address) {
            return new Options(address, proxySecret, nat, rsa, castagnoli, maxSessions, service, faults, log);
        }

        /** Shares a given secret with the proxy. */
        public Options proxySecret(byte[] secret) {
            return new Options(listen, secret, nat, rsa, castagnoli, maxSessions, service, faults, log);
        }

        /** Knows the proxy's translation of addresses. */
        public Options nat(List<NatRule> rules) {
            return new Options(listen, proxySecret, rules, rsa, castagnoli, maxSessions, service, faults, log);
        }

        /** Has a given RSA key of 2048 bits. */
        public Options rsa(KeyPair pair) {
            return new Options(listen, proxySecret, nat, pair, castagnoli, maxSessions, service, faults, log);
        }

        /** Accepts CRC-32C or not. */
        public Options castagnoli(boolean accepted) {
            return new Options(listen, proxySecret, nat, rsa, accepted, maxSessions, service, faults, log);
        }

        /** Bounds the clients known at a time. */
        public Options maxSessions(int bound) {
            return new Options(listen, proxySecret, nat, rsa, castagnoli, bound, service, faults, log);
        }

        /** Asks a service first about each packet. */
        public Options service(PacketService first) {
            return new Options(listen, proxySecret, nat, rsa, castagnoli, maxSessions, first, faults, log);
        }

        /** Lets things go wrong. */
        public Options faults(LinkFaults decider) {
            return new Options(listen, proxySecret, nat, rsa, castagnoli, maxSessions, service, decider, log);
        }

        /** Tells of links that come and go. */
        public Options log(Consumer<String> lines) {
            return new Options(listen, proxySecret, nat, rsa, castagnoli, maxSessions, service, faults, lines);
        }

        Endpoint translate(Endpoint endpoint) {
            return NatRule.apply(nat, endpoint);
        }
    }

    private SimulatedTelegram(Options options) throws IOException {
        this.options = options;
        counters = new Counters();
        answers = new Answers(options.service(), options.rsa(), counters);
        reception = Reception.open(options.listen(),
                (number, socket) -> new Link(number, socket, options, answers, counters), options.log());
    }

    /**
     * Listens; returns once it does.
     *
     * @throws IOException when the address cannot be bound
     */
    public static SimulatedTelegram start(Options options) throws IOException {
        return new SimulatedTelegram(options);
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return reception.address();
    }

    /** What the proxy needs for {@code --aes-pwd}; a copy. */
    public byte[] proxySecret() {
        return options.proxySecret().clone();
    }

    /** A backend config for the proxy that leads all data centres here. */
    public String proxyConfig() {
        InetAddress host = address().getAddress();
        String name = host.getAddress().length == 16 ? "[" + host.getHostAddress() + "]" : host.getHostAddress();
        StringBuilder config = new StringBuilder("default 2;\n");
        for (int dc : DATA_CENTRES) {
            config.append("proxy_for ").append(dc).append(' ').append(name).append(':').append(address().getPort())
                    .append(";\n");
        }
        return config.toString();
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
    public Statistics statistics() {
        return counters.read();
    }

    /** Closes all links at once; new ones are welcome. */
    public void dropLinks() {
        reception.guests().forEach(Link::close);
    }

    /** Sends an RPC_PING on each link; {@link Statistics#pongsReceived()} tells of the answers. */
    public void ping(long id) {
        reception.guests().forEach(link -> link.ping(id));
    }

    /** Stops listening and closes all links. */
    @Override
    public void close() {
        reception.stopListening();
        dropLinks();
    }

    /** What its clients get to hear; a data centre beside it answers in the same way. */
    Answers answers() {
        return answers;
    }
}
