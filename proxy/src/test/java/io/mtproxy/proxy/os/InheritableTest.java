package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class InheritableTest {

    @Test
    void aPipeEndsWhenItsWritersAreGone() throws Exception {
        Inheritable.Pipe pipe = Inheritable.pipe();
        try (InputStream in = Files.newInputStream(Inheritable.path(pipe.reading()))) {
            Inheritable.close(pipe.writing());
            assertThat(in.read()).isEqualTo(-1);
        }
        Inheritable.close(pipe.reading());
    }

    @Test
    void memoryIsSharedByAllWhoMapIt() throws Exception {
        int memory = Inheritable.memory("test");
        ByteBuffer one = Inheritable.map(memory, 4096);
        assertThat(Inheritable.size(memory)).isEqualTo(4096);
        ByteBuffer other = Inheritable.map(memory, 4096);
        Inheritable.close(memory);
        one.putLong(8, 42);
        assertThat(other.getLong(8)).isEqualTo(42);
    }

    @Test
    void whatWeWereStartedWithIsKnown() throws Exception {
        assertThat(OwnProcess.parent()).isEqualTo(ProcessHandle.current().parent().orElseThrow().pid());
        assertThat(OwnProcess.executable()).endsWith("/bin/java");
        assertThat(new String(OwnProcess.commandLine().getFirst())).endsWith("java");
        assertThat(OwnProcess.environment()).anyMatch(variable -> new String(variable).startsWith("PATH="));
        assertThat(OwnProcess.split(new byte[] {'a', 0, 0, 'b', 0})).extracting(String::new).containsExactly("a", "",
                "b");
    }
}
