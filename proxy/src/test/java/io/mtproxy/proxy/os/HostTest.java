package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the machine that runs the tests says. */
@EnabledOnOs(OS.LINUX)
class HostTest {
    @Test
    void weAreSomebody() {
        assertThat(Users.uid()).isEqualTo(Libc.call("getuid", 0, 0, 0).value());
        assertThat(Users.root()).isEqualTo(Users.uid() == 0);
        assertThat(OwnProcess.pid()).isEqualTo(ProcessHandle.current().pid());
    }

    @Test
    void usersAreFoundByNameOnly() {
        assertThat(Users.find("root")).isEqualTo(new Users.User("root", 0, 0));
        assertThat(Users.find("0")).isNull();
        assertThat(Users.find("")).isNull();
        assertThat(Users.find("no-such-user")).isNull();
    }

    @Test
    void aLimitThatIsHighEnoughStays() throws OsException {
        long before = Descriptors.softLimit();
        assertThat(before).isPositive();
        Descriptors.require(before);
        assertThat(Descriptors.softLimit()).isEqualTo(before);
    }

    @Test
    void noProcessMayHaveSoManyDescriptors() {
        assertThatThrownBy(() -> Descriptors.require(1L << 40)).isInstanceOf(OsException.class)
                .hasMessage("Operation not permitted");
    }

    @Test
    void zeroChangesNoPriority() throws OsException {
        int before = Libc.call("getpriority", 0, 0, 0).value();
        Niceness.add(0);
        assertThat(Libc.call("getpriority", 0, 0, 0).value()).isEqualTo(before);
    }

    @Test
    void errorsHaveTheSystemsText() {
        assertThat(Libc.strerror(2)).isEqualTo("No such file or directory");
        Libc.Result closed = Libc.call("close", 1 << 20, 0, 0);
        assertThat(closed.failed()).isTrue();
        assertThat(Libc.strerror(closed.errno())).isEqualTo("Bad file descriptor");
    }

    @Test
    void aMissingFunctionIsNamed() {
        assertThatThrownBy(() -> Libc.call("no_such_function", 0, 0, 0))
                .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("no_such_function");
    }

    @Test
    void memoryIsCounted() {
        Memory memory = Memory.now();
        assertThat(memory.resident()).isPositive().isLessThan(memory.size());
        assertThat(memory.data()).isPositive();
    }

    @Test
    void signalsArrive() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        assertThat(Signals.handle("WINCH", received::add)).isTrue();
        Libc.call("kill", OwnProcess.pid(), 28, 0);
        assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("WINCH");
    }

    @Test
    void someSignalsBelongToTheJvm() {
        assertThat(Signals.handle("SEGV", name -> {})).isFalse();
        assertThat(Signals.handle("NOSUCH", name -> {})).isFalse();
    }

    @Test
    void ignoredSignalsAreBitsOfAMask() {
        assertThat(Signals.isIgnored("0000000000000001", 1)).isTrue();
        assertThat(Signals.isIgnored("8000000000004000", 15)).isTrue();
        assertThat(Signals.isIgnored("8000000000004000", 64)).isTrue();
        assertThat(Signals.isIgnored("8000000000004000", 1)).isFalse();
        assertThat(Signals.isIgnored(null, 1)).isFalse();
    }
}
