package io.mtproxy.tools.it;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy of the loopback that speaks SOCKS5 or HTTP CONNECT, with or without user and password, and may die and return. */
final class ForwardProxy implements AutoCloseable {
    static final String USER = "me";
    /** What has to be escaped in a URL, too. */
    static final String PASSWORD = "p@ss:w/rd";
    static final String ESCAPED = "p%40ss%3Aw%2Frd";
    /** Connections to targets come from here: nobody's default. */
    private static final byte[] OUTGOING = {127, 0, 0, 7};

    private final Kind kind;
    private final boolean guarded;
    private final InetSocketAddress address;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger passed = new AtomicInteger();
    private volatile boolean tellsEnds = true;
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean silent;
    private volatile int lost = -1;
    private ServerSocket listening;

    enum Kind {
        SOCKS5,
        HTTP
    }

    private ForwardProxy(Kind kind, boolean guarded, InetAddress host, int port) throws IOException {
        this.kind = kind;
        this.guarded = guarded;
        listening = new ServerSocket(port, 100, host);
        address = new InetSocketAddress(host, listening.getLocalPort());
        serve(listening);
    }

    /** Lets everybody in. */
    static ForwardProxy open(Kind kind) throws IOException {
        return new ForwardProxy(kind, false, InetAddress.getLoopbackAddress(), 0);
    }

    /** Of the same kind, at the same port of another address. */
    ForwardProxy elsewhere(String host) throws IOException {
        return new ForwardProxy(kind, guarded, InetAddress.ofLiteral(host), address.getPort());
    }

    /** Lets in who knows {@link #USER} and {@link #PASSWORD}. */
    static ForwardProxy guarded(Kind kind) throws IOException {
        return new ForwardProxy(kind, true, InetAddress.getLoopbackAddress(), 0);
    }

    /** Answers with 0.0.0.0:0, as some do. */
    ForwardProxy withoutEnds() {
        tellsEnds = false;
        return this;
    }

    /** Accepts from now on, and says nothing. */
    void silent(boolean now) {
        silent = now;
    }

    /** With SOCKS5: what is sent to targets at that port is lost on the way, so that it waits for them. */
    void lose(int targetPort) {
        lost = targetPort;
    }

    /** How often it has begun to wait for such a target. */
    int waiting() {
        return waiting.get();
    }

    /** For {@code --via}, without user and password. */
    String url() {
        return named("127.0.0.1");
    }

    /** The same by a name. */
    String named(String host) {
        return scheme() + host + ":" + address.getPort();
    }

    /** The same with a user and that password. */
    String url(String escapedPassword) {
        return scheme() + USER + ":" + escapedPassword + "@127.0.0.1:" + address.getPort();
    }

    private String scheme() {
        return kind == Kind.HTTP ? "http://" : "socks5://";
    }

    /** Connections to targets so far. */
    int passed() {
        return passed.get();
    }

    /** Nobody listens any more, and all connections break. */
    void die() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** Listens at the same port again. */
    void revive() throws IOException {
        ServerSocket again = new ServerSocket();
        again.setReuseAddress(true);
        again.bind(address);
        listening = again;
        serve(again);
    }

    private void serve(ServerSocket socket) {
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    open.add(client);
                    Thread.ofVirtual().start(() -> receive(client));
                } catch (IOException e) {
                    // closed
                }
            }
        });
    }

    private void receive(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            if (silent) {
                in.readAllBytes();
            } else if (kind == Kind.HTTP) {
                http(client, in);
            } else {
                socks(client, in);
            }
        } catch (IOException e) {
            // it has gone, or is not let in
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket client, Socket target) throws IOException {
        passed.incrementAndGet();
        open.add(target);
        try {
            Pump.between(client, target);
        } finally {
            open.remove(target);
        }
    }

    private static Socket connect(InetAddress address, int port) throws IOException {
        Socket target = new Socket();
        target.bind(new InetSocketAddress(InetAddress.getByAddress(OUTGOING), 0));
        try {
            target.connect(new InetSocketAddress(address, port));
        } catch (ConnectException e) {
            throw e;
        } catch (SocketException e) { // one that stops listening at this moment resets
            throw new ConnectException(e.getMessage());
        }
        return target;
    }

    // ---- RFC 1928, 1929

    private void socks(Socket client, DataInputStream in) throws IOException {
        in.readByte();
        byte[] methods = in.readNBytes(in.readUnsignedByte());
        int wanted = guarded ? 2 : 0;
        boolean offered = new String(methods, StandardCharsets.ISO_8859_1).indexOf(wanted) >= 0;
        send(client, 5, offered ? wanted : 0xff);
        if (!offered || (guarded && !known(client, in))) {
            return;
        }
        in.readNBytes(3);
        byte[] address = in.readNBytes(in.readByte() == 1 ? 4 : 16);
        int port = in.readUnsignedShort();
        if (port == lost) {
            waiting.incrementAndGet();
            in.readAllBytes();
            return;
        }
        try (Socket target = connect(InetAddress.getByAddress(address), port)) {
            byte[] ip = tellsEnds ? target.getLocalAddress().getAddress() : new byte[4];
            int local = tellsEnds ? target.getLocalPort() : 0;
            send(client, 5, 0, 0, 1, ip[0], ip[1], ip[2], ip[3], local >> 8, local);
            pass(client, target);
        } catch (ConnectException e) {
            send(client, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0);
        }
    }

    private static boolean known(Socket client, DataInputStream in) throws IOException {
        in.readByte();
        String user = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
        String password = new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
        boolean known = user.equals(USER) && password.equals(PASSWORD);
        send(client, 1, known ? 0 : 1);
        return known;
    }

    private static void send(Socket client, int... bytes) throws IOException {
        byte[] message = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            message[i] = (byte) bytes[i];
        }
        client.getOutputStream().write(message);
    }

    // ---- RFC 9110

    private void http(Socket client, DataInputStream in) throws IOException {
        String request = line(in);
        String credentials = "";
        for (String field = line(in); !field.isEmpty(); field = line(in)) {
            credentials = field.startsWith("Proxy-Authorization: Basic ") ? field.substring(27) : credentials;
        }
        String expected = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        if (guarded && !credentials.equals(expected)) {
            say(client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        String[] target = request.split(" ")[1].split(":");
        try (Socket socket = connect(InetAddress.getByName(target[0]), Integer.parseInt(target[1]))) {
            say(client, "HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n");
            pass(client, socket);
        } catch (ConnectException e) {
            say(client, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
        }
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readByte(); c != '\n'; c = in.readByte()) {
            line.append(c == '\r' ? "" : String.valueOf((char) c));
        }
        return line.toString();
    }

    private static void say(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        die();
    }
}
