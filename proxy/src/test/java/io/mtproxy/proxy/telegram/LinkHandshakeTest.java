package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.net.Endpoint;
import io.mtproxy.wire.ProtocolException;
import io.mtproxy.wire.crypto.DiffieHellman;
import io.mtproxy.wire.crypto.RpcKeys;
import io.mtproxy.wire.rpc.Handshake;
import io.mtproxy.wire.rpc.Nonce;
import io.mtproxy.wire.rpc.ProcessId;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is accepted and what closes the link was measured on the C program. */
class LinkHandshakeTest {
    private static final byte[] SECRET = new byte[128];
    private static final int NOW = 1_800_000_000;
    private static final ProcessId SELF = new ProcessId(0x0a000001, -1, 77, NOW - 5);
    private static final Endpoint LOCAL = new Endpoint(new byte[] {127, 0, 0, 5}, 4000);
    private static final Endpoint REMOTE = new Endpoint(new byte[] {(byte) 149, (byte) 154, (byte) 175, 50}, 8888);

    static {
        SECRET[0] = (byte) 0xc4;
        SECRET[3] = 1;
    }

    private final LinkHandshake handshake = new LinkHandshake(settings(List.of(), false), NOW);

    private static TelegramSettings settings(List<NatTable.Rule> nat, boolean dh) {
        return new TelegramSettings(SECRET, null, new NatTable(nat), SELF, null, 1, 3000, 3000, 5000, dh,
                LinkBounds.DEFAULT, new ConnectBudget(32), () -> true, Vias.none());
    }

    private void accepts(Nonce theirs) {
        assertThatCode(() -> handshake.keys(theirs, LOCAL, REMOTE)).doesNotThrowAnyException();
    }

    private void refuses(Nonce theirs, String why) {
        assertThatThrownBy(() -> handshake.keys(theirs, LOCAL, REMOTE)).isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }

    private static Nonce nonce(int keySelect, int schema, int time, List<Integer> extra) {
        return new Nonce(keySelect, schema, time, new byte[16], extra, null);
    }

    @Test
    void ourNonceNamesTheKeyAndTheTime() {
        assertThat(handshake.nonce().keySelect()).isEqualTo(0x010000c4);
        assertThat(handshake.nonce().schema()).isEqualTo(Nonce.SCHEMA_AES);
        assertThat(handshake.nonce().time()).isEqualTo(NOW);
    }

    @Test
    void theClocksMayDifferByThirtySeconds() {
        accepts(nonce(0x010000c4, 1, NOW + 30, List.of()));
        accepts(nonce(0x010000c4, 1, NOW - 30, List.of()));
        refuses(nonce(0x010000c4, 1, NOW + 31, List.of()), "31 s");
        refuses(nonce(0x010000c4, 1, NOW - 31, List.of()), "31 s");
        refuses(nonce(0x010000c4, 1, Integer.MIN_VALUE, List.of()), "clock");
    }

    @Test
    void theKeyMustBeOurs() {
        refuses(nonce(7, 1, NOW, List.of()), "key 7");
        accepts(nonce(7, 2, NOW, List.of(1, 0x010000c4)));
        refuses(nonce(7, 2, NOW, List.of(1, 2)), "key 7");
    }

    @Test
    void withoutEncryptionNothing() {
        refuses(nonce(0x010000c4, 0, NOW, List.of()), "schema 0");
    }

    @Test
    void bothAddressesAreTranslatedBeforeTheKeysAreMade() {
        byte[] global = {(byte) 203, 0, 113, 77};
        LinkHandshake translated = new LinkHandshake(
                settings(List.of(new NatTable.Rule(LOCAL.address(), global)), false), NOW);
        Nonce theirs = nonce(0x010000c4, 1, NOW, List.of());
        byte[] plain = translated.keys(theirs, new Endpoint(global, 4000), REMOTE).toTelegram().save().key();
        assertThat(translated.keys(theirs, LOCAL, REMOTE).toTelegram().save().key()).isEqualTo(plain);
        assertThat(translated.keys(theirs, new Endpoint(new byte[] {127, 0, 0, 6}, 4000), REMOTE).toTelegram().save()
                .key()).isNotEqualTo(plain);
    }

    @Test
    void forcedDiffieHellmanIsOfferedAndDemanded() {
        LinkHandshake forced = new LinkHandshake(settings(List.of(), true), NOW);
        assertThat(forced.nonce().schema()).isEqualTo(Nonce.SCHEMA_DH);
        assertThatThrownBy(() -> forced.keys(nonce(0x010000c4, 1, NOW, List.of()), LOCAL, REMOTE))
                .isInstanceOf(ProtocolException.class).hasMessageContaining("expected: 3");
        DiffieHellman theirs = DiffieHellman.create(new SecureRandom());
        Nonce answer = Nonce.dh(0x010000c4, NOW, new byte[16], theirs.publicValue());
        RpcKeys.Material material = new RpcKeys.Material(forced.nonce().nonce16(), new byte[16], NOW,
                new RpcKeys.Endpoint(LOCAL.address(), LOCAL.port()),
                new RpcKeys.Endpoint(REMOTE.address(), REMOTE.port()));
        byte[] expected = RpcKeys.derive(RpcKeys.Role.CLIENT, material, SECRET,
                theirs.shared(forced.nonce().dhPublic())).key();
        assertThat(forced.keys(answer, LOCAL, REMOTE).toTelegram().save().key()).isEqualTo(expected);
        refuses(answer, "schema 3");
    }

    @Test
    void ourHandshakeOffersCastagnoliAndNamesTheTarget() {
        Handshake ours = handshake.handshake(REMOTE);
        assertThat(ours.flags()).isEqualTo(0x800);
        assertThat(ours.sender()).isEqualTo(SELF);
        assertThat(ours.peer()).isEqualTo(new ProcessId(0x959aaf32, 8888, 0, 0));
        assertThat(handshake.handshake(new Endpoint(new byte[] {127, 0, 0, 1}, 8888)).peer().ip()).isZero();
        assertThat(handshake.handshake(new Endpoint(new byte[16], 8888)).peer().ip()).isZero();
    }

    @Test
    void theirHandshakeMustBeForUs() {
        ProcessId them = new ProcessId(1, 2, 3, 4);
        assertThat(handshake.castagnoli(new Handshake(0x800, them, SELF))).isTrue();
        assertThat(handshake.castagnoli(new Handshake(0, them, new ProcessId(0, 0, 0, 0)))).isFalse();
        for (ProcessId other : List.of(new ProcessId(5, 0, 0, 0), new ProcessId(0, 5, 0, 0), new ProcessId(0, 0, 5, 0),
                new ProcessId(0, 0, 0, 5))) {
            assertThatThrownBy(() -> handshake.castagnoli(new Handshake(0x800, them, other)))
                    .isInstanceOf(ProtocolException.class);
        }
        assertThatThrownBy(() -> handshake.castagnoli(new Handshake(0x801, them, SELF)))
                .isInstanceOf(ProtocolException.class).hasMessageContaining("801");
    }
}
