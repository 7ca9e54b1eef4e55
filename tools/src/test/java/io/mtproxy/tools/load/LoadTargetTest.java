package io.mtproxy.tools.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadTarget.Visitor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTargetTest {

    private static final InetAddress FIRST = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SECOND = InetAddress.ofLiteral("127.0.0.2");

    private final LoadTarget target = LoadTarget.of(new InetSocketAddress("127.0.0.1", 1), new byte[16]);

    @Test
    void clientsTakeAddressesAndSecretsInTurn() {
        byte[] one = new byte[16];
        byte[] other = new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        LoadTarget many = target.visitors(List.of(new Visitor(FIRST, one), new Visitor(SECOND, other)));

        assertThat(many.client(0).secret()).isEqualTo(one);
        assertThat(many.client(0).source()).isEqualTo(FIRST);
        assertThat(many.client(3).secret()).isEqualTo(other);
        assertThat(many.client(3).source()).isEqualTo(SECOND);
    }

    @Test
    void usuallyTheyHaveOneSecretAndComeFromAnyAddress() {
        assertThat(target.client(7).secret()).isEqualTo(new byte[16]);
        assertThat(target.client(7).source()).isNull();
    }
}
