package io.mtproxy.proxy.client;

import io.mtproxy.proxy.net.EventLoop;
import io.mtproxy.proxy.net.Rest;
import io.mtproxy.wire.crypto.AesCtr;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;

/**
 * The reading half of a client session: decrypts and cuts into packets. A packet that is complete in one read is handed on
 * where it was decrypted; of an incomplete one the beginning is kept, and the rest is decrypted right behind it.
 */
final class PacketInput implements SessionInput {
    private final EventLoop loop;
    private final PacketHeader prefix;
    private final Transport transport;
    private final AesCtr stream;
    private final Packets packets;
    private final Rest rest;
    private boolean closed;

    /** Takes whole packets. */
    interface Packets {
        /**
         * A packet without prefix and padding, {@code b[off..off+len)}; {@link EventLoop#HEADROOM} bytes in front may be
         * overwritten.
         */
        void packet(byte[] b, int off, int len, boolean quickAck);
    }

    PacketInput(Clients clients, Transport transport, AesCtr stream, Packets packets) {
        this.loop = clients.loop;
        this.prefix = clients.packetHeader;
        this.transport = transport;
        this.stream = stream;
        this.packets = packets;
        this.rest = new Rest(loop.buffers(), EventLoop.HEADROOM);
    }

    @Override
    public void data(byte[] b, int off, int len) {
        int end = off + len;
        for (int from = off; from < end && !closed;) {
            from += rest.isEmpty() ? burst(b, from, end - from) : complete(b, from, end - from);
        }
    }

    @Override
    public void close() {
        closed = true;
        rest.drop();
        stream.idle();
    }

    @Override
    public int held() {
        return rest.held();
    }

    @Override
    public byte[] heard() {
        return rest.copy();
    }

    @Override
    public void restore(byte[] heard) {
        rest.keep(heard, 0, heard.length);
    }

    @Override
    public AesCtr.State stream() {
        return stream.save();
    }

    @Override
    public void idle() {
        stream.idle();
    }

    /** No packet is incomplete: decrypts all that is there. */
    private int burst(byte[] b, int off, int len) {
        byte[] plain = loop.scratch();
        int n = Math.min(len, EventLoop.READ_SIZE);
        stream.apply(b, off, n, plain, EventLoop.HEADROOM);
        int end = EventLoop.HEADROOM + n;
        int at = EventLoop.HEADROOM;
        while (!closed && prefix.decode(transport, plain, at, end - at) && total() <= end - at) {
            int total = total();
            hand(plain, at);
            at += total;
        }
        if (!closed) {
            rest.keep(plain, at, end - at);
        }
        return n;
    }

    /** Completes one packet: decrypts behind what is there of it, not a byte further. */
    private int complete(byte[] b, int off, int len) {
        boolean known = prefix.decode(transport, rest.array(), rest.start(), rest.length());
        int n = Math.min(len, (known ? total() : PacketHeader.MAX_PREFIX) - rest.length());
        rest.room(n);
        stream.apply(b, off, n, rest.array(), rest.start() + rest.length());
        rest.advance(n);
        if (prefix.decode(transport, rest.array(), rest.start(), rest.length()) && total() == rest.length()) {
            hand(rest.array(), rest.start());
            rest.drop();
        }
        return n;
    }

    private int total() {
        return prefix.prefixLength() + prefix.bodyLength();
    }

    private void hand(byte[] b, int at) {
        packets.packet(b, at + prefix.prefixLength(), prefix.payloadLength(), prefix.quickAck());
    }
}
