package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.os.ChildProcess.Signal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ChildProcessTest {

    @Test
    void itsEndIsNoticedAndTold() throws Exception {
        ChildProcess child = shell("exit 7");
        awaitEnd(child);
        assertThat(child.end()).isEqualTo("exited with code 7");
        assertThat(child.running()).as("asked again").isFalse();
    }

    @Test
    void signalsReachItWhileItRuns() throws Exception {
        ChildProcess child = shell("exec sleep 600");
        assertThat(child.running()).isTrue();
        assertThat(child.end()).isEmpty();
        assertThat(child.signal(Signal.KILL)).isTrue();
        awaitEnd(child);
        assertThat(child.end()).isEqualTo("was killed by signal 9");
    }

    @Test
    void nothingIsSentToAProcessIdThatWasGivenBack() throws Exception {
        ChildProcess child = shell("exit 0");
        awaitEnd(child);
        assertThat(child.signal(Signal.TERM)).as("would fail if it were sent").isTrue();
    }

    @Test
    void whoIsNotOurChildCountsAsEnded() throws Exception {
        ChildProcess stranger = new ChildProcess(OwnProcess.parent());
        assertThatThrownBy(stranger::running).isInstanceOf(OsException.class).hasMessage("No child processes");
        assertThat(stranger.running()).isFalse();
    }

    private static ChildProcess shell(String script) throws OsException {
        try (Spawner spawner = new Spawner(List.of())) {
            return new ChildProcess(spawner.spawn("/bin/sh", List.of(bytes("sh"), bytes("-c"), bytes(script)),
                    List.of(bytes("PATH=/usr/bin:/bin"))));
        }
    }

    private static void awaitEnd(ChildProcess child) throws Exception {
        while (child.running()) {
            Thread.sleep(Duration.ofMillis(2));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
