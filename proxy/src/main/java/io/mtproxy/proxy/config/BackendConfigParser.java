package io.mtproxy.proxy.config;

import io.mtproxy.proxy.config.BackendConfig.Cluster;
import io.mtproxy.proxy.config.BackendConfig.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One pass over the text of a backend config file: statements, C's checks in C's order, C's messages. */
final class BackendConfigParser {
    private static final int MAX_TARGETS = 4096;
    private static final int MAX_CLUSTERS = 1024;
    private static final int MAX_HOST = 63;
    private static final int MAX_PORT = 65535;
    private static final int MAX_CONNECTIONS = 1000;

    private final String file;
    private final ConfigText text;
    private final Resolver resolver;
    private final Map<String, InetAddress> resolved = new HashMap<>();
    private final List<Row> clusters = new ArrayList<>();
    private final List<InetSocketAddress> keys = new ArrayList<>();
    private final Map<InetSocketAddress, Target> targets = new HashMap<>();
    private int targetLines;
    private long minConnections = 4;
    private long maxConnections = 8;
    private long timeout;
    private int defaultCluster;

    /** A word of the grammar, or what stands in its place. */
    private enum Token {
        SEMICOLON,
        COLON,
        BRACE,
        MIN_CONNECTIONS,
        MAX_CONNECTIONS,
        PROXY_FOR,
        PROXY,
        TIMEOUT,
        DEFAULT,
        OTHER,
        END
    }

    /** A cluster in the making. */
    private record Row(int id, List<InetSocketAddress> targets) {}

    /** A violation of the grammar; the message is the complete line. */
    static final class SyntaxError extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxError(String message) {
            super(message, null, false, false);
        }

        String text() {
            String message = getMessage();
            return message == null ? "" : message;
        }
    }

    BackendConfigParser(String file, byte[] bytes, Resolver resolver) {
        this.file = file;
        this.text = new ConfigText(bytes);
        this.resolver = resolver;
    }

    /** Reads the whole text. */
    BackendConfig parse(int bytes, String md5, long loadedAt) throws SyntaxError {
        while (text.skipSpace()) {
            statement(next());
            expect(Token.SEMICOLON, ";");
        }
        if (clusters.isEmpty()) {
            throw error("expected to find a mtproto-proxy configuration with `proxy' directives");
        }
        return result(bytes, md5, loadedAt);
    }

    private void statement(Token token) throws SyntaxError {
        switch (token) {
            case TIMEOUT -> timeout = bounded(10, 30_000, "invalid timeout");
            case DEFAULT -> defaultCluster = targetId();
            case PROXY_FOR -> {
                int id = targetId();
                if (!text.isBlank()) {
                    throw error("space expected after target id");
                }
                target(id);
            }
            case PROXY -> target(0);
            case MIN_CONNECTIONS -> minConnections = bounded(1, maxConnections, "invalid min connections");
            case MAX_CONNECTIONS ->
                maxConnections = bounded(minConnections, MAX_CONNECTIONS, "invalid max connections");
            default -> throw error("'proxy <ip>:<port>;' expected");
        }
    }

    private long bounded(long min, long max, String complaint) throws SyntaxError {
        text.skipBlanks();
        long value = text.number();
        if (value < min || value > max) {
            throw error(complaint);
        }
        return value;
    }

    private int targetId() throws SyntaxError {
        text.skipBlanks();
        int sign = text.peek() == '-' ? 1 : 0;
        boolean number = text.byteAt(sign) >= '0' && text.byteAt(sign) <= '9';
        if (number) {
            text.advance(sign);
        }
        long value = number ? text.number() : Long.MAX_VALUE;
        long id = sign == 0 ? value : -value;
        if (id < Short.MIN_VALUE || id > Short.MAX_VALUE) {
            throw error("invalid target id (integer -32768..32767 expected)");
        }
        return (int) id;
    }

    private void target(int clusterId) throws SyntaxError {
        if (clusters.size() >= MAX_CLUSTERS) {
            throw error("too many auth clusters");
        }
        if (targetLines >= MAX_TARGETS) {
            throw error("too many targets (" + targetLines + ")");
        }
        InetAddress address = host();
        expect(Token.COLON, ":");
        InetSocketAddress key = new InetSocketAddress(address, port());
        targetLines++;
        if (targets.put(key, new Target(address, key.getPort(), (int) minConnections, (int) maxConnections)) == null) {
            keys.add(key);
        }
        clusterOf(clusterId).targets().add(key);
    }

    private InetAddress host() throws SyntaxError {
        text.skipBlanks();
        int length = text.hostLength();
        if (length == 0 || length > MAX_HOST) {
            throw error("hostname expected");
        }
        String name = text.text(length);
        InetAddress address = resolve(name);
        if (address == null) {
            throw error("cannot resolve '" + name + "'\n", text.near(length));
        }
        if (address.isAnyLocalAddress()) {
            throw error("address of a target expected, not '" + name + "',");
        }
        text.advance(length);
        return address;
    }

    private @Nullable InetAddress resolve(String name) {
        InetAddress known = resolved.get(name);
        if (known == null) {
            known = resolver.resolve(name);
            if (known != null) {
                resolved.put(name, known);
            }
        }
        return known;
    }

    private int port() throws SyntaxError {
        text.skipBlanks();
        long port = text.number();
        if (port == 0) {
            throw error("port number expected");
        }
        if (port > MAX_PORT) {
            throw error("port number " + port + " out of range");
        }
        return (int) port;
    }

    /** The cluster that a target line belongs to: the last one, or a new one. */
    private Row clusterOf(int id) throws SyntaxError {
        for (Row row : clusters) {
            if (row.id() == id) {
                if (row != clusters.getLast()) {
                    throw error("proxies for dc " + id + " intermixed");
                }
                return row;
            }
        }
        Row row = new Row(id, new ArrayList<>());
        clusters.add(row);
        return row;
    }

    private void expect(Token wanted, String name) throws SyntaxError {
        text.skipSpace();
        if (next() != wanted) {
            throw error(name + " expected");
        }
    }

    /** The token here; a known one is consumed, also when nobody wants it, which shows in the place of the error. */
    private Token next() {
        return switch (text.peek()) {
            case ';' -> consumed(Token.SEMICOLON);
            case ':' -> consumed(Token.COLON);
            case '{', '}' -> consumed(Token.BRACE);
            case 0 -> Token.END;
            default -> keyword();
        };
    }

    private Token consumed(Token token) {
        text.advance(1);
        return token;
    }

    private Token keyword() {
        if (text.take("min_connections")) {
            return Token.MIN_CONNECTIONS;
        }
        if (text.take("max_connections")) {
            return Token.MAX_CONNECTIONS;
        }
        if (text.take("proxy_for")) {
            return Token.PROXY_FOR;
        }
        if (text.take("proxy")) {
            return Token.PROXY;
        }
        if (text.take("timeout")) {
            return Token.TIMEOUT;
        }
        return text.take("default") ? Token.DEFAULT : Token.OTHER;
    }

    private SyntaxError error(String message) {
        return error(message, text.near());
    }

    private SyntaxError error(String message, String near) {
        return new SyntaxError(file + ":" + text.line() + ": fatal: " + message + " near " + near);
    }

    private BackendConfig result(int bytes, String md5, long loadedAt) {
        List<Target> all = new ArrayList<>();
        for (InetSocketAddress key : keys) {
            all.add(targetOf(key));
        }
        List<Cluster> built = new ArrayList<>();
        for (Row row : clusters) {
            List<Target> members = new ArrayList<>();
            for (InetSocketAddress key : row.targets()) {
                members.add(targetOf(key));
            }
            built.add(new Cluster(row.id(), members));
        }
        return new BackendConfig(file, built, all, defaultCluster, (int) timeout, bytes, md5, loadedAt);
    }

    private Target targetOf(InetSocketAddress key) {
        Target target = targets.get(key);
        if (target == null) {
            throw new IllegalStateException("a key without a target: " + key);
        }
        return target;
    }
}
