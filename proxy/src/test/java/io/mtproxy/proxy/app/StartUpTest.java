package io.mtproxy.proxy.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartUpTest {
    @Test
    void aClientOnAConnectionOfItsOwnTakesTwoDescriptors() {
        assertThat(StartUp.directClients(20_000)).isEqualTo(9992);
        assertThat(StartUp.directClients(3)).isEqualTo(1);
        assertThat(StartUp.directClients(Long.MAX_VALUE)).isGreaterThan(1L << 60);
    }

    @Test
    void aDirectoryOfSomebodyElseIsNone(@TempDir Path directory) throws Exception {
        String me = Files.getOwner(directory).getName();
        assertThat(Refreshing.owns(me, directory)).isTrue();
        assertThat(Refreshing.owns("nobody-else", directory)).isFalse();
        assertThat(Refreshing.owns(me, directory.resolve("missing"))).isEqualTo(me.equals("root"));
    }
}
