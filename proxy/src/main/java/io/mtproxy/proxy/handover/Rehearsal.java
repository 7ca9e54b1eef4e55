package io.mtproxy.proxy.handover;

import io.mtproxy.proxy.access.RateLimit;
import io.mtproxy.proxy.access.SecretHints;
import io.mtproxy.proxy.access.Secrets;
import io.mtproxy.proxy.client.ClientSettings;
import io.mtproxy.proxy.client.ClientState;
import io.mtproxy.proxy.client.Clients;
import io.mtproxy.proxy.client.ConnectionLimit;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.SecretUse;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.EventLoops;
import io.mtproxy.proxy.os.SocketCalls;
import io.mtproxy.proxy.telegram.ConnectBudget;
import io.mtproxy.proxy.telegram.Directory;
import io.mtproxy.proxy.telegram.LinkBounds;
import io.mtproxy.proxy.telegram.MiddleProxies;
import io.mtproxy.proxy.telegram.NatTable;
import io.mtproxy.proxy.telegram.TelegramSettings;
import io.mtproxy.proxy.telegram.Vias;
import io.mtproxy.wire.rpc.ProcessId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a new process trains while the old one still serves: it takes over clients that it has made up, and moves bytes between
 * them and a made-up Telegram. A Java process is slow at what it does for the first time, and without this all its first times
 * would fall into the moment in which nobody is served, and behind it. One loop of its own, whose sockets lead nowhere else.
 */
public final class Rehearsal implements AutoCloseable {
    /** Together so much that the compiler has seen what is done for each client and each packet. */
    private static final int CLIENTS = 48;
    private static final int ROUNDS = 2;
    private static final int TIMES = 24;
    private static final int DAY_MILLIS = 86_400_000;

    private final EventLoop loop;
    private final SocketCalls calls;
    private final Counters counters = new Counters();
    private final MiddleProxies telegram;
    private final Clients clients;
    private final MadeUpLink link;
    private final List<MadeUpClient> cast = new ArrayList<>();

    private Rehearsal(EventLoop loop, SocketCalls calls) throws IOException {
        this.loop = loop;
        this.calls = calls;
        telegram = new MiddleProxies(loop, 0, settings(), counters, event -> {});
        Secrets secrets = new Secrets(List.of(MadeUpClient.SECRET));
        clients = new Clients(loop, ClientSettings.defaults(false, 1, Runtime.getRuntime().maxMemory() / 2), secrets,
                List.of(new SecretUse()), new SecretHints(), new RateLimit(0), new ConnectionLimit(0), telegram, null,
                counters);
        telegram.await();
        Directory.Target target = new Directory.Target(MadeUpLink.TARGET, 1, 1, DAY_MILLIS);
        telegram.use(new Directory(List.of(new Directory.Cluster(MadeUpClient.DC, List.of(target))), List.of(target),
                MadeUpClient.DC));
        link = new MadeUpLink(calls);
    }

    /** Nothing is dialled, nothing waits, and nobody else's limits are touched. */
    private static TelegramSettings settings() {
        return new TelegramSettings(null, null, new NatTable(List.of()), new ProcessId(0, 0, 0, 0), null, 1,
                DAY_MILLIS, DAY_MILLIS, DAY_MILLIS, false, LinkBounds.DEFAULT, new ConnectBudget(1), () -> true,
                Vias.none());
    }

    /** Does it; what goes wrong here costs nothing but the training. */
    public static void play(EventLoops loops) {
        try {
            perform(loops);
        } catch (IOException | RuntimeException e) {
            // the first time will be the real one, as without a rehearsal
            return;
        }
    }

    /** Does it, several times. @return what was counted each time */
    static List<Counters> perform(EventLoops loops) throws IOException {
        SocketCalls calls = new SocketCalls();
        List<Counters> counted = new ArrayList<>();
        try (EventLoop loop = loops.create(bug -> {})) { // one: its buffers are large, and the heap would grow
            for (int i = 0; i < TIMES; i++) {
                counted.add(once(loop, calls));
            }
        }
        return counted;
    }

    private static Counters once(EventLoop loop, SocketCalls calls) throws IOException {
        try (Rehearsal rehearsal = new Rehearsal(loop, calls)) {
            rehearsal.takeOver();
            for (int round = 0; round < ROUNDS; round++) {
                rehearsal.round(round);
            }
            rehearsal.save();
            return rehearsal.counters;
        }
    }

    private void takeOver() throws IOException {
        List<ClientState> saved = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            MadeUpClient client = new MadeUpClient(i, calls);
            cast.add(client);
            saved.add(client.saved());
        }
        LoopState state = new LoopState(link.saved(), saved, counters.save(), loop.metrics().save());
        ProcessState process = new ProcessState(List.of(state), Map.of("", 0L), Map.of("", 0L));
        LoopState read = Format.read(Format.write(process)).loops().getFirst();
        telegram.adoptLinks(read.telegram());
        link.adopted();
        for (int i = 0; i < CLIENTS; i++) {
            clients.adopt(read.clients().get(i));
            cast.get(i).adopted();
        }
        telegram.adopted();
        counters.restore(read.counters());
        loop.metrics().restore(read.metrics());
    }

    /** Everybody says something and is answered. */
    private void round(int round) {
        for (MadeUpClient client : cast) {
            client.say(round);
            if (client.known()) {
                link.answer(client.lane(), round);
            }
        }
        link.send();
        loop.resume();
        loop.execute(loop::suspend); // behind one turn
        loop.run();
        link.drain(loop.scratch());
        cast.forEach(client -> client.drain(loop.scratch()));
    }

    /** This process will be the old one some day. */
    private void save() throws IOException {
        Format.write(new ProcessState(List.of(
                new LoopState(telegram.saveLinks(), clients.save(), counters.save(), loop.metrics().save())),
                Map.of(), Map.of()));
    }

    @Override
    public void close() {
        clients.close();
        telegram.shutDown();
        cast.forEach(MadeUpClient::close);
        link.close();
    }
}
