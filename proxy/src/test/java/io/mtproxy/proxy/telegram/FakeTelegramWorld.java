package io.mtproxy.proxy.telegram;

import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.events.Counters;
import io.mtproxy.proxy.events.Event;
import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.NioLoop;
import io.mtproxy.wire.rpc.ProcessId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A loop that does not run, with everything of the telegram side on it. */
final class FakeTelegramWorld implements AutoCloseable {
    final List<Event> events = new ArrayList<>();
    final List<byte[]> answers = new ArrayList<>();
    final List<Integer> acks = new ArrayList<>();
    final List<CloseReason> ends = new ArrayList<>();
    final EventLoop loop;
    final Counters counters = new Counters();
    final MiddleProxies telegram;

    FakeTelegramWorld() {
        try {
            loop = new NioLoop(bug -> events.add(new Event.Bug(bug)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        telegram = new MiddleProxies(loop, 0, new TelegramSettings(new byte[64], null, new NatTable(List.of()),
                new ProcessId(0, -1, 77, 1), null, 1, 3000, 3000, 5000, false, LinkBounds.DEFAULT,
                new ConnectBudget(32), () -> true), counters, events::add);
    }

    LaneClient client() {
        return new LaneClient() {
            @Override
            public void answer(byte[] b, int off, int len) {
                answers.add(Arrays.copyOfRange(b, off, off + len));
            }

            @Override
            public void acknowledge(int confirm) {
                acks.add(confirm);
            }

            @Override
            public void pause(boolean paused) {}

            @Override
            public void ended(CloseReason reason) {
                ends.add(reason);
            }
        };
    }

    @Override
    public void close() {
        telegram.shutDown();
        loop.close();
    }
}
