package io.mtproxy.tools.sim.mtproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.tools.sim.mtproto.MtprotoConnection.Outcome;
import io.mtproxy.tools.sim.mtproto.TestClient.Padding;
import io.mtproxy.wire.ProtocolException;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyExchangeTest {
    private static final ServerKey KEY = ServerKey.generate();

    private final List<Long> made = new ArrayList<>();
    private final MtprotoServer server = new MtprotoServer(() -> KEY, InstantSource.system(), new MtprotoListener() {
        @Override
        public void keyMade(long id) {
            made.add(id);
        }
    });
    private final MtprotoConnection connection = server.connect();
    private final TestClient client = new TestClient(KEY, packet -> connection.receive(packet).packets());

    @ParameterizedTest
    @CsvSource({"60469778, 83c95aec, RSA_PAD", "be7e8ef1, a9f55f95, RSA_PAD", "be7e8ef1, 3c6a84d4, RSA_PAD",
            "be7e8ef1, 56fddf88, RSA_PAD", "60469778, 83c95aec, OLD", "be7e8ef1, a9f55f95, OLD"})
    void makesAKeyWithEachFormOfTheQueries(String reqPq, String inner, Padding padding) {
        client.exchangeKey(Integer.parseUnsignedInt(reqPq, 16), Integer.parseUnsignedInt(inner, 16), padding);
        assertThat(made).containsExactly(client.key.id());
    }

    @Test
    void beginsAgainWhenTheClientDoes() {
        client.reqPq(Tl.REQ_PQ);
        client.exchangeKey();
        client.exchangeKey();
        assertThat(made).hasSize(2);
    }

    @Test
    void telegramsGroupIsASafePrimeWithItsGenerator() {
        assertThat(DhGroup.PRIME.bitLength()).isEqualTo(2048);
        assertThat(DhGroup.PRIME.isProbablePrime(20)).isTrue();
        assertThat(DhGroup.PRIME.shiftRight(1).isProbablePrime(20)).isTrue();
        assertThat(DhGroup.PRIME.mod(BigInteger.valueOf(3))).isEqualTo(BigInteger.TWO);
    }

    @Test
    void disconnectsAClientWhoseKeyWouldBeginWithZero() {
        client.reqPq(Tl.REQ_PQ_MULTI);
        BigInteger theirs = TestClient.publicValue(client.reqDh(Tl.P_Q_INNER_DATA_DC, Padding.RSA_PAD));
        BigInteger exponent = BigInteger.TWO.pow(2000);
        BigInteger ours = DhGroup.publicValue(exponent);
        BigInteger shared = theirs.modPow(exponent, DhGroup.PRIME);
        while (shared.bitLength() > 2040 || !DhGroup.acceptable(ours)) {
            shared = shared.multiply(theirs).mod(DhGroup.PRIME);
            ours = ours.multiply(BigInteger.valueOf(DhGroup.GENERATOR)).mod(DhGroup.PRIME);
        }
        Outcome outcome = connection.receive(client.plainPacket(client.dhParams(ours)));
        assertThat(outcome.close()).isTrue();
        assertThat(outcome.packets()).isEmpty();
        assertThat(made).isEmpty();
    }

    @Test
    void refusesAnotherNonceInside() {
        client.reqPq(Tl.REQ_PQ_MULTI);
        byte[] inner = client.innerData(Tl.P_Q_INNER_DATA, new byte[16]);
        refuses(client.dhRequest(inner, Padding.RSA_PAD, KEY.fingerprint()), "inner data");
    }

    @Test
    void refusesAnotherKey() {
        client.reqPq(Tl.REQ_PQ_MULTI);
        byte[] inner = client.innerData(Tl.P_Q_INNER_DATA, client.nonce());
        refuses(client.dhRequest(inner, Padding.RSA_PAD, 1), "fingerprint");
    }

    @Test
    void refusesDataThatFitsNoPadding() {
        client.reqPq(Tl.REQ_PQ_MULTI);
        byte[] request = client.dhRequest(client.innerData(Tl.P_Q_INNER_DATA, client.nonce()), Padding.RSA_PAD,
                KEY.fingerprint());
        request[request.length - 10] ^= 1;
        assertThatThrownBy(() -> connection.receive(client.plainPacket(request))).isInstanceOf(ProtocolException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void refusesPublicValuesOfTheEdge(int value) {
        client.reqPq(Tl.REQ_PQ_MULTI);
        client.reqDh(Tl.P_Q_INNER_DATA, Padding.RSA_PAD);
        refuses(client.dhParams(BigInteger.valueOf(value)), "g_b");
        refuses(client.dhParams(DhGroup.PRIME.subtract(BigInteger.valueOf(value + 1))), "g_b");
    }

    @Test
    void refusesStepsOutOfOrder() {
        refuses(new TlWriter().int32(Tl.REQ_DH_PARAMS).raw(new byte[32]).toBytes(), "nonces");
        client.reqPq(Tl.REQ_PQ);
        client.reqDh(Tl.P_Q_INNER_DATA, Padding.OLD);
        client.reqPq(Tl.REQ_PQ);
        refuses(client.dhParams(BigInteger.TEN), "before req_DH_params");
        refuses(new TlWriter().int32(0x12345678).toBytes(), "12345678");
    }

    private void refuses(byte[] body, String why) {
        assertThatThrownBy(() -> connection.receive(client.plainPacket(body))).isInstanceOf(ProtocolException.class)
                .hasMessageContaining(why);
    }
}
