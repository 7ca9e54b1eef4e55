package io.mtproxy.proxy.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.OwnProcess;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerSeatTest {
    private final Log log = new Log(new ByteArrayOutputStream(), 1, InstantSource.system());

    @Test
    void whatIsWrittenIsRead() {
        WorkerSeat seat = new WorkerSeat(3, 4_194_303, 2);
        assertThat(new String(seat.variable())).isEqualTo("MTPROXY_WORKER=3:4194303:2");
        assertThat(WorkerSeat.parse("3:4194303:2")).isEqualTo(seat);
    }

    @Test
    void descriptorsStandInAFixedOrder() {
        WorkerSeat seat = new WorkerSeat(1, 2, 3);
        assertThat(seat.socketDescriptors()).containsExactly(3, 4, 5);
        assertThat(seat.memoryDescriptor()).isEqualTo(6);
        assertThat(seat.pipeDescriptor()).isEqualTo(7);
        assertThat(new WorkerSeat(1, 2, 0).memoryDescriptor()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1:2", "1:2:3:4", "0:2:3", "a:2:3", "1:2:-1", "1:2:"})
    void whatNoSupervisorWritesIsRefused(String value) {
        assertThat(WorkerSeat.parse(value)).isNull();
        assertThatThrownBy(() -> WorkerContext.join(value, log)).isInstanceOf(Refusal.class)
                .hasMessageContaining("MTPROXY_WORKER is \"" + value + "\"");
    }

    @Test
    void whoHasAnotherParentDoesNotBegin() {
        assertThatThrownBy(() -> WorkerContext.join("1:1073741824:1", log)).isInstanceOfSatisfying(Refusal.class,
                refusal -> {
                    assertThat(refusal.exitCode()).isEqualTo(1);
                    assertThat(refusal.lines()).containsExactly(Refusal.Line
                            .log("Parent 1073741824 is changed to " + OwnProcess.parent() + ", aborting"));
                });
    }

    @Test
    void missingDescriptorsAreNamed() {
        assertThatThrownBy(() -> WorkerContext.join("1:" + OwnProcess.parent() + ":1000000", log))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.exitCode()).isEqualTo(1);
                    assertThat(refusal).hasMessageContaining("/proc/self/fd/1000003");
                });
    }
}
