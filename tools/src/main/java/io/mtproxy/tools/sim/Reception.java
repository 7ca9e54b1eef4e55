package io.mtproxy.tools.sim;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A listening socket, and the connections that came to it, each on a virtual thread of its own. Any thread. */
final class Reception<G extends Reception.Guest> {
    private static final int BACKLOG = 1024;

    private final ServerSocket server;
    private final Host<G> host;
    private final Consumer<String> log;
    private final Set<G> guests = ConcurrentHashMap.newKeySet();
    private final AtomicLong numbers = new AtomicLong();
    private final Thread acceptor;

    /** One connection, which lives as long as it runs. */
    interface Guest extends Runnable {
        /** Ends it at once. */
        void close();
    }

    /** Makes a connection out of a socket. */
    @FunctionalInterface
    interface Host<G extends Guest> {
        /** The number counts from 1. */
        G welcome(long number, Socket socket) throws IOException;
    }

    private Reception(ServerSocket server, Host<G> host, Consumer<String> log) {
        this.server = server;
        this.host = host;
        this.log = log;
        acceptor = Thread.ofVirtual().name("reception " + server.getLocalPort()).unstarted(this::accept);
    }

    /**
     * Listens; returns once it does.
     *
     * @throws IOException when the address cannot be bound
     */
    static <G extends Guest> Reception<G> open(InetSocketAddress address, Host<G> host, Consumer<String> log)
            throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address, BACKLOG);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        Reception<G> reception = new Reception<>(server, host, log);
        reception.acceptor.start();
        return reception;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /** Who is here now. */
    Set<G> guests() {
        return guests;
    }

    /** Who comes now is refused by the system; who is here stays. */
    void stopListening() {
        try {
            server.close();
            acceptor.join(); // before it has ended the system still listens
        } catch (IOException e) {
            log.accept("closing the listening socket: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                receive(server.accept());
            } catch (IOException e) {
                if (!server.isClosed()) {
                    log.accept("accepting: " + e.getMessage());
                }
            }
        }
    }

    private void receive(Socket socket) throws IOException {
        long number = numbers.incrementAndGet();
        G guest = host.welcome(number, socket);
        guests.add(guest);
        Thread.ofVirtual().name("guest " + number).start(() -> {
            try {
                guest.run();
            } finally {
                guests.remove(guest);
            }
        });
        if (server.isClosed()) {
            guest.close();
        }
    }
}
