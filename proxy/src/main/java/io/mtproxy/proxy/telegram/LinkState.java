package io.mtproxy.proxy.telegram;

import io.mtproxy.wire.crypto.AesCbc;
import io.mtproxy.wire.rpc.FrameReader;
import io.mtproxy.wire.rpc.FrameWriter;
import java.net.InetSocketAddress;

/**
 * A ready link to a middle proxy that goes on in another process. The arrays are not copied.
 *
 * @param number by which lanes name it
 * @param diffieHellman its keys came from an exchange
 * @param retired its target is in no directory any more
 * @param readyMillis how long it has been ready
 * @param tail bytes of an incomplete cipher block
 * @param rest the beginning of an incomplete frame, in the clear
 * @param output what waits for the middle proxy, encrypted
 */
public record LinkState(int number, int descriptor, InetSocketAddress target, boolean diffieHellman, boolean retired,
        long readyMillis, AesCbc.State fromTelegram, AesCbc.State toTelegram, FrameReader.State reader,
        FrameWriter.State writer, byte[] tail, byte[] rest, byte[] output) {}
