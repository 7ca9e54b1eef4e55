package io.mtproxy.tools.probe;

import static io.mtproxy.tools.probe.HelloEdit.first;
import static io.mtproxy.tools.probe.HelloEdit.join;
import static io.mtproxy.tools.probe.HelloEdit.record;

import io.mtproxy.wire.faketls.Tls;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Records and hellos with something wrong in them, and pieces of hellos. */
final class BrokenRecords {

    private static final int ALERT = 21;
    private static final int HEARTBEAT = 24;

    private BrokenRecords() {}

    static List<Probe> hellos() {
        return List.of(
                Probe.sending("record-version-0300", m -> HelloEdit.with(m.hello(), 2, 0)),
                Probe.sending("record-version-0304", m -> HelloEdit.with(m.hello(), 2, 4)),
                Probe.sending("record-version-0501", m -> HelloEdit.with(m.hello(), 1, 5)),
                Probe.sending("message-length-short", m -> HelloEdit.messageLength(m.hello(), -3)),
                Probe.sending("message-length-huge", m -> HelloEdit.with(m.hello(), 6, 0x7f)),
                Probe.closing("message-length-long-fin", m -> HelloEdit.messageLength(m.hello(), 5)),
                Probe.sending("record-length-short", m -> HelloEdit.recordLength(m.hello(), -7)),
                Probe.closing("record-length-long-fin", m -> HelloEdit.recordLength(m.hello(), 9)),
                Probe.sending("extensions-length-short", m -> HelloEdit.extensionsLength(m.hello(), -2)),
                Probe.sending("extensions-length-long", m -> HelloEdit.extensionsLength(m.hello(), 2)),
                Probe.sending("extension-twice", m -> HelloEdit.appended(m.hello(), Tls.SUPPORTED_VERSIONS,
                        new byte[] {2, 3, 4})),
                Probe.sending("session-id-too-long", m -> HelloEdit.with(m.hello(), 43, 33)),
                Probe.sending("compression-deflate", m -> HelloEdit.compression(m.hello(), 1)),
                Probe.sending("message-server-hello", m -> HelloEdit.with(m.hello(), Tls.HEADER, Tls.SERVER_HELLO)),
                Probe.sending("message-finished", m -> HelloEdit.with(m.hello(), Tls.HEADER, 20)));
    }

    static List<Probe> pieces() {
        return List.of(
                Probe.closing("piece-1-fin", m -> first(m.hello(), 1)),
                Probe.closing("piece-4-fin", m -> first(m.hello(), 4)),
                Probe.closing("piece-header-fin", m -> first(m.hello(), Tls.HEADER)),
                Probe.closing("piece-43-fin", m -> first(m.hello(), 43)),
                Probe.closing("piece-all-but-one-fin", m -> first(m.hello(), 516)),
                Probe.sending("piece-1-silence", m -> first(m.hello(), 1)),
                Probe.sending("piece-header-silence", m -> first(m.hello(), Tls.HEADER)),
                Probe.sending("piece-half-silence", m -> first(m.hello(), 258)),
                new Probe("piece-half-rst", m -> List.of(new Step.Send(first(m.hello(), 258)), new Step.Reset())),
                Probe.sending("piece-and-noise", m -> join(first(m.hello(), 100), m.bytes(900))),
                new Probe("piece-of-first-record-fin", m -> List.of(
                        new Step.Send(first(record(Tls.HANDSHAKE, 0x301, Arrays.copyOfRange(m.hello(), 5, 60)), 60)),
                        new Step.HalfClose())));
    }

    static List<Probe> records() {
        return List.of(
                Probe.sending("first-ccs", m -> ForeignHellos.ccs()),
                Probe.sending("first-ccs-then-hello", m -> join(ForeignHellos.ccs(), m.hello())),
                Probe.sending("first-data", m -> record(Tls.APPLICATION_DATA, 0x303, m.bytes(300))),
                Probe.sending("first-alert", m -> record(ALERT, 0x301, new byte[] {2, 10})),
                Probe.sending("first-close-notify", m -> record(ALERT, 0x303, new byte[] {1, 0})),
                Probe.sending("first-heartbeat", m -> record(HEARTBEAT, 0x301, new byte[] {1, 0x40, 0})),
                Probe.sending("first-unknown-type", m -> record(0x63, 0x303, m.bytes(64))),
                Probe.sending("first-empty-handshake", m -> record(Tls.HANDSHAKE, 0x301, new byte[0])),
                Probe.sending("first-empty-then-hello",
                        m -> join(record(Tls.HANDSHAKE, 0x301, new byte[0]), m.hello())),
                Probe.sending("first-empty-data", m -> record(Tls.APPLICATION_DATA, 0x303, new byte[0])),
                Probe.sending("oversize-18433", m -> first(HexFormat.of().parseHex("1603014801"), 2000)),
                Probe.sending("oversize-65535", m -> first(HexFormat.of().parseHex("160301ffff"), 600)),
                Probe.sending("handshake-of-noise", m -> record(Tls.HANDSHAKE, 0x301, m.bytes(512))),
                Probe.sending("sslv2-hello", m -> join(
                        HexFormat.of().parseHex("802e0103010015000000100700c0030080010080000004"), m.bytes(25))));
    }
}
