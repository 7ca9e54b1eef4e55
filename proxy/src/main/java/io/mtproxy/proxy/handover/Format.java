package io.mtproxy.proxy.handover;

import io.mtproxy.proxy.client.ClientState;
import io.mtproxy.proxy.client.GreetingState;
import io.mtproxy.proxy.events.CloseReason;
import io.mtproxy.proxy.front.SpliceState;
import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.proxy.telegram.LaneState;
import io.mtproxy.proxy.telegram.LinkState;
import io.mtproxy.proxy.telegram.TelegramState;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.faketls.RecordReader;
import io.mtproxy.wire.faketls.RecordWriter;
import io.mtproxy.wire.obfuscated.Transport;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Format {@value #VERSION}: each record of state, field after field in the order of its components; of a list first how many, of
 * what may be absent first whether it is there. A change of any record is another version: {@code FormatTest} has bytes of this
 * one that must stay readable.
 */
public final class Format {
    /** What is written, and the only one that is read. */
    public static final int VERSION = 1;

    private static final int KEY = 32;
    private static final int BLOCK = 16;

    private Format() {}

    // ---- writing

    /** Nothing is touched; the descriptors stay the caller's. */
    public static Parcel write(ProcessState process) {
        StateOutput out = new StateOutput();
        out.number(process.loops().size());
        process.loops().forEach(loop -> write(loop, out));
        write(process.secretEnds(), out);
        write(process.process(), out);
        return out.parcel();
    }

    private static void write(LoopState loop, StateOutput out) {
        write(loop.telegram(), out);
        out.number(loop.clients().size());
        loop.clients().forEach(client -> write(client, out));
        write(loop.counters(), out);
        out.number(loop.metrics().length);
        for (long metric : loop.metrics()) {
            out.number(metric);
        }
    }

    private static void write(Map<String, Long> counts, StateOutput out) {
        out.number(counts.size());
        counts.forEach((name, count) -> {
            out.text(name);
            out.number(count.longValue());
        });
    }

    private static void write(TelegramState telegram, StateOutput out) {
        out.number(telegram.links().size());
        telegram.links().forEach(link -> write(link, out));
        out.number(telegram.laneGeneration());
        out.number(telegram.left().size());
        telegram.left().forEach(lane -> write(lane, out));
    }

    private static void write(LinkState link, StateOutput out) {
        out.number(link.number());
        out.descriptor(link.descriptor());
        write(link.target(), out);
        out.flag(link.diffieHellman());
        out.flag(link.retired());
        out.number(link.readyMillis());
        write(link.fromTelegram(), out);
        write(link.toTelegram(), out);
        out.number(link.reader().nextSeqno());
        out.text(link.reader().checksum().name());
        out.number(link.writer().nextSeqno());
        out.text(link.writer().checksum().name());
        out.bytes(link.tail());
        out.bytes(link.rest());
        out.bytes(link.output());
    }

    private static void write(InetSocketAddress address, StateOutput out) {
        out.bytes(address.getAddress().getAddress());
        out.number(address.getPort());
    }

    private static void write(AesCbc.State cipher, StateOutput out) {
        out.flag(cipher.encrypt());
        out.bytes(cipher.key());
        out.bytes(cipher.chain());
    }

    private static void write(AesCtr.State cipher, StateOutput out) {
        out.bytes(cipher.key());
        out.bytes(cipher.iv());
        out.number(cipher.position());
    }

    private static void write(ClientState client, StateOutput out) {
        out.descriptor(client.descriptor());
        out.bytes(client.peer().address());
        out.number(client.peer().port());
        out.number(client.patience());
        out.bytes(client.output());
        maybe(client.greeting(), out, Format::write);
        maybe(client.session(), out, Format::write);
    }

    private static <T> void maybe(@Nullable T value, StateOutput out, BiConsumer<T, StateOutput> writer) {
        out.flag(value != null);
        if (value != null) {
            writer.accept(value, out);
        }
    }

    private static void write(GreetingState greeting, StateOutput out) {
        out.text(greeting.kind().name());
        out.bytes(greeting.heard());
        out.flag(greeting.refused());
        maybe(greeting.splice(), out, Format::write);
    }

    private static void write(SpliceState splice, StateOutput out) {
        out.descriptor(splice.descriptor());
        write(splice.target(), out);
        out.bytes(splice.toClient());
        out.bytes(splice.toSite());
        out.flag(splice.siteActed());
        out.flag(splice.clientEnded());
        out.flag(splice.siteEnded());
        out.flag(splice.toldClient());
        out.flag(splice.toldSite());
    }

    private static void write(ClientState.Session session, StateOutput out) {
        out.number(session.dc());
        out.text(session.transport().name());
        out.bytes(session.secret());
        maybe(session.live(), out, Format::write);
        maybe(session.farewell(), out, (reason, o) -> o.text(reason.name()));
        out.flag(session.finSent());
    }

    private static void write(ClientState.Live live, StateOutput out) {
        write(live.fromClient(), out);
        write(live.toClient(), out);
        out.bytes(live.heard());
        maybe(live.reader(), out, Format::write);
        maybe(live.writer(), out, Format::write);
        out.flag(live.lane() instanceof LaneState.Direct);
        switch (live.lane()) {
            case LaneState.Direct lane -> write(lane, out);
            case LaneState.Middle lane -> write(lane, out);
        }
    }

    private static void write(RecordReader.State reader, StateOutput out) {
        out.flag(reader.changeCipherSpec());
        out.flag(reader.inChangeCipherSpec());
        out.number(reader.header());
        out.number(reader.length());
        out.number(reader.left());
    }

    private static void write(RecordWriter.State writer, StateOutput out) {
        out.number(writer.step());
        out.number(writer.records());
    }

    private static void write(LaneState.Direct lane, StateOutput out) {
        out.descriptor(lane.descriptor());
        write(lane.toTelegram(), out);
        write(lane.fromTelegram(), out);
        out.bytes(lane.output());
        out.flag(lane.left());
    }

    private static void write(LaneState.Middle lane, StateOutput out) {
        out.number(lane.id());
        out.number(lane.link());
        out.number(lane.authKey());
        out.flag(lane.blocked());
        out.number(lane.waiting().size());
        for (LaneState.Packet packet : lane.waiting()) {
            out.number(packet.flags());
            out.bytes(packet.bytes());
        }
    }

    // ---- reading

    /**
     * Reads it; the descriptors are the caller's.
     *
     * @throws IOException when it is not in this format
     */
    public static ProcessState read(Parcel parcel) throws IOException {
        StateInput in = new StateInput(parcel);
        ProcessState process = new ProcessState(list(in, Format::loop), counts(in), counts(in));
        in.end();
        return process;
    }

    private interface Reader<T> {
        T read(StateInput in) throws IOException;
    }

    private static <T> List<T> list(StateInput in, Reader<T> reader) throws IOException {
        int count = in.count();
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(reader.read(in));
        }
        return list;
    }

    private static <T> @Nullable T maybe(StateInput in, Reader<T> reader) throws IOException {
        return in.flag() ? reader.read(in) : null;
    }

    private static LoopState loop(StateInput in) throws IOException {
        TelegramState telegram = new TelegramState(list(in, Format::link), in.number(), list(in, Format::direct));
        List<ClientState> clients = list(in, Format::client);
        Map<String, Long> counters = counts(in);
        long[] metrics = new long[in.count()];
        for (int i = 0; i < metrics.length; i++) {
            metrics[i] = in.longNumber();
        }
        return new LoopState(telegram, clients, counters, metrics);
    }

    private static Map<String, Long> counts(StateInput in) throws IOException {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (int left = in.count(); left > 0; left--) {
            counts.put(in.text(), in.longNumber());
        }
        return counts;
    }

    private static LinkState link(StateInput in) throws IOException {
        return new LinkState(in.number(), in.descriptor(), address(in), in.flag(), in.flag(), in.longNumber(), cbc(in),
                cbc(in), new FrameReader.State(in.number(), in.constant(ChecksumKind.class)),
                new FrameWriter.State(in.number(), in.constant(ChecksumKind.class)), in.bytes(), in.bytes(),
                in.bytes());
    }

    private static InetSocketAddress address(StateInput in) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(in.bytes()), in.number() & 0xffff);
    }

    private static AesCbc.State cbc(StateInput in) throws IOException {
        return new AesCbc.State(in.flag(), in.bytes(KEY), in.bytes(BLOCK));
    }

    private static AesCtr.State ctr(StateInput in) throws IOException {
        return new AesCtr.State(in.bytes(KEY), in.bytes(BLOCK), in.longNumber());
    }

    private static ClientState client(StateInput in) throws IOException {
        return new ClientState(in.descriptor(), new Endpoint(in.bytes(), in.number()), in.longNumber(), in.bytes(),
                maybe(in, Format::greeting), maybe(in, Format::session));
    }

    private static GreetingState greeting(StateInput in) throws IOException {
        return new GreetingState(in.constant(GreetingState.Kind.class), in.bytes(), in.flag(),
                maybe(in, Format::splice));
    }

    private static SpliceState splice(StateInput in) throws IOException {
        return new SpliceState(in.descriptor(), address(in), in.bytes(), in.bytes(), in.flag(), in.flag(), in.flag(),
                in.flag(), in.flag());
    }

    private static ClientState.Session session(StateInput in) throws IOException {
        return new ClientState.Session(in.number(), in.constant(Transport.class), in.bytes(), maybe(in, Format::live),
                maybe(in, i -> i.constant(CloseReason.class)), in.flag());
    }

    private static ClientState.Live live(StateInput in) throws IOException {
        return new ClientState.Live(ctr(in), ctr(in), in.bytes(), maybe(in, Format::records), maybe(in,
                i -> new RecordWriter.State(i.number(), i.number())), in.flag() ? direct(in) : middle(in));
    }

    private static RecordReader.State records(StateInput in) throws IOException {
        return new RecordReader.State(in.flag(), in.flag(), in.number(), in.number(), in.number());
    }

    private static LaneState.Direct direct(StateInput in) throws IOException {
        return new LaneState.Direct(in.descriptor(), ctr(in), ctr(in), in.bytes(), in.flag());
    }

    private static LaneState.Middle middle(StateInput in) throws IOException {
        return new LaneState.Middle(in.longNumber(), in.number(), in.longNumber(), in.flag(),
                list(in, i -> new LaneState.Packet(i.number(), i.bytes())));
    }
}
