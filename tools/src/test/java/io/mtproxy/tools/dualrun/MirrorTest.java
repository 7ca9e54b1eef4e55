package io.mtproxy.tools.dualrun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.tools.load.LoadMessage;
import io.mtproxy.wire.obfuscated.Transport;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirrorTest {

    private static final byte[] A = {1, 2, 3, 4};
    private static final byte[] B = {1, 2, 9, 4};

    private static MirrorSide.Seen seen(List<byte[]> requests, List<byte[]> answers) {
        return new MirrorSide.Seen(requests, answers, "");
    }

    @Test
    void whatDiffersIsSaid() {
        assertThat(seen(List.of(A), List.of(B)).difference(seen(List.of(A.clone()), List.of(B.clone())))).isEmpty();
        assertThat(seen(List.of(A, A), List.of()).difference(seen(List.of(A, B), List.of()))).get().asString()
                .contains("request 1 differs from byte 2 on");
        assertThat(seen(List.of(A), List.of(A)).difference(seen(List.of(A), List.of()))).get().asString()
                .contains("1 answers with the reference, 0 with the candidate");
        assertThat(seen(List.of(A), List.of()).difference(new MirrorSide.Seen(List.of(A), List.of(), "reset"))).get()
                .asString().contains("candidate with 'reset'");
    }

    @Test
    void aScriptFollowsFromItsNumberAndEndsWithTheMark() {
        MirrorScript script = MirrorScript.of(7, Transport.PADDED, 2);

        assertThat(script.packets()).usingRecursiveComparison()
                .isEqualTo(MirrorScript.of(7, Transport.PADDED, 2).packets());
        assertThat(script.packets()).filteredOn(MirrorScript::last).hasSize(1);
        assertThat(MirrorScript.last(script.packets().getLast())).isTrue();
        assertThat(script.packets()).allSatisfy(packet -> {
            assertThat(packet.length % 4).isZero();
            assertThat(LoadMessage.recognised(packet, 0, packet.length)).isFalse();
        });
        assertThat(MirrorScript.of(8, Transport.PADDED, 2).packets().getFirst())
                .isNotEqualTo(script.packets().getFirst());
    }
}
