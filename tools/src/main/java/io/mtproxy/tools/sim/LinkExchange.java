package io.mtproxy.tools.sim;

import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.ProtocolException.Kind;
import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.crypto.Bytes;
import io.mtproxy.wire.crypto.ChecksumKind;
import io.mtproxy.wire.crypto.DiffieHellman;
import io.mtproxy.wire.crypto.RpcKeys;
import io.mtproxy.wire.crypto.RpcKeys.Endpoint;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.ProcessId;
import io.mtproxy.wire.rpc.RpcType;
import java.io.IOException;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The start of a link from Telegram's side: nonces in the clear, then the first encrypted frames, the handshakes. */
final class LinkExchange {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MAX_SKEW = 30;
    private static final int BAD_FLAGS = -7;
    private static final int SCHEMA_OFFSET = 8;

    private final SimulatedTelegram.Options options;
    private final Socket socket;
    private final LinkInput input;
    private final LinkOutput output;
    private final ExchangeFault fault;

    LinkExchange(SimulatedTelegram.Options options, Socket socket, LinkInput input, LinkOutput output,
            ExchangeFault fault) {
        this.options = options;
        this.socket = socket;
        this.input = input;
        this.output = output;
        this.fault = fault;
    }

    /** Returns false when the proxy went away, or a fault is to end it here. */
    boolean run() throws IOException {
        if (fault == ExchangeFault.CLOSE_AT_ONCE || !input.next()) {
            return false;
        }
        Nonce client = Nonce.decode(input.buffer(), input.offset(), input.length());
        check(client);
        return switch (fault) {
            case SILENT_NONCE -> silent();
            case GARBAGE_NONCE -> garbage();
            default -> nonce(client) && handshake();
        };
    }

    private void check(Nonce client) {
        int key = Bytes.int32(options.proxySecret(), 0);
        if (client.keySelect() != key && !client.extraKeys().contains(key)) {
            throw new ProtocolException(Kind.NONCE, "key %08x, expected %08x".formatted(client.keySelect(), key));
        }
        if (client.schema() == Nonce.SCHEMA_NONE) {
            throw new ProtocolException(Kind.NONCE, "schema 0, expected encryption");
        }
        if (Math.abs((long) client.time() - now()) > MAX_SKEW) {
            throw new ProtocolException(Kind.NONCE, "time " + client.time() + ", expected about " + now());
        }
    }

    private boolean nonce(Nonce client) throws IOException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        DiffieHellman dh = client.schema() == Nonce.SCHEMA_DH ? DiffieHellman.create(RANDOM) : null;
        byte @Nullable [] peer = client.dhPublic();
        byte[] shared = dh != null && peer != null ? dh.shared(peer) : null;
        int key = Bytes.int32(options.proxySecret(), 0) + (fault == ExchangeFault.WRONG_KEY ? 1 : 0);
        int time = now() + (fault == ExchangeFault.WRONG_CLOCK ? MAX_SKEW * 2 : 0);
        byte[] answer = dh != null
                ? new Nonce(key, Nonce.SCHEMA_DH, time, random, List.of(), dh.publicValue()).encode()
                : Nonce.aes(key, time, random).encode();
        if (fault == ExchangeFault.NO_ENCRYPTION) {
            Bytes.putInt32(answer, SCHEMA_OFFSET, Nonce.SCHEMA_NONE);
        }
        output.exchange(answer);
        if (fault == ExchangeFault.EARLY_BYTES) {
            output.raw(new byte[] {4, 0, 0, 0});
        }
        encrypt(client, random, shared);
        return true;
    }

    private void encrypt(Nonce client, byte[] random, byte @Nullable [] shared) throws IOException {
        byte[] secret = options.proxySecret().clone();
        secret[secret.length - 1] ^= fault == ExchangeFault.WRONG_SECRET ? (byte) 1 : 0;
        Endpoint proxy = endpoint(socket.getInetAddress().getAddress(), socket.getPort());
        Endpoint ours = endpoint(socket.getLocalAddress().getAddress(), socket.getLocalPort());
        var material = new RpcKeys.Material(client.nonce16(), random, client.time(), proxy, ours);
        RpcKeys.Direction in = RpcKeys.derive(RpcKeys.Role.CLIENT, material, secret, shared);
        RpcKeys.Direction out = RpcKeys.derive(RpcKeys.Role.SERVER, material, secret, shared);
        input.decrypt(AesCbc.decryptor(in.key(), in.iv()));
        output.encrypt(AesCbc.encryptor(out.key(), out.iv()));
    }

    /** The proxy translates both addresses, so we do. */
    private Endpoint endpoint(byte[] address, int port) {
        return options.translate(new Endpoint(address, port));
    }

    private boolean handshake() throws IOException {
        if (!input.next()) {
            return false;
        }
        Handshake client = Handshake.decode(input.buffer(), input.offset(), input.length());
        if ((client.flags() & 0xff) != 0) {
            refuse(BAD_FLAGS);
            throw new ProtocolException(Kind.HANDSHAKE, "flags %08x, expected only 800".formatted(client.flags()));
        }
        return switch (fault) {
            case SILENT_HANDSHAKE -> silent();
            case REFUSE_HANDSHAKE -> refuse(BAD_FLAGS);
            default -> accept(client);
        };
    }

    private boolean accept(Handshake client) throws IOException {
        boolean castagnoli = options.castagnoli() && (client.flags() & Handshake.FLAG_CRC32C) != 0;
        int flags = (castagnoli ? Handshake.FLAG_CRC32C : 0) | (fault == ExchangeFault.WRONG_FLAGS ? 0x80 : 0);
        ProcessId asked = client.sender();
        ProcessId peer = fault == ExchangeFault.WRONG_PEER
                ? new ProcessId(asked.ip(), asked.port(), asked.pid() ^ 0x7fff, asked.utime() + 1)
                : asked;
        output.exchange(new Handshake(flags, self(), peer).encode());
        if (castagnoli) {
            input.checksum(ChecksumKind.CRC32C);
            output.checksum(ChecksumKind.CRC32C);
        }
        return true;
    }

    /** Returns false, which ends the link. */
    private boolean refuse(int code) throws IOException {
        byte[] error = new byte[8 + ProcessId.LENGTH];
        Bytes.putInt32(error, 0, RpcType.HANDSHAKE_ERROR);
        Bytes.putInt32(error, 4, code);
        self().write(error, 8);
        output.exchange(error);
        return false;
    }

    private ProcessId self() {
        return new ProcessId(0, socket.getLocalPort(), (int) ProcessHandle.current().pid(), now());
    }

    /** Waits until the proxy gives up. */
    private boolean silent() throws IOException {
        while (input.next()) {
            options.log().accept("frame of a proxy that was to wait: " + input.length() + " bytes");
        }
        return false;
    }

    private boolean garbage() throws IOException {
        byte[] bytes = new byte[44];
        RANDOM.nextBytes(bytes);
        output.raw(bytes);
        return silent();
    }

    private static int now() {
        return (int) (System.currentTimeMillis() / 1000);
    }
}
