package io.mtproxy.tools.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EnvironmentTest {

    @Test
    void saysWhatTheMachineIsAndNotWhichOne() {
        assertThat(Environment.read()).containsKeys("at", "system", "processor", "memory", "java")
                .containsEntry("processors", Runtime.getRuntime().availableProcessors());
        assertThat(Environment.read().toString()).doesNotContain(System.getProperty("user.dir"));
    }

    @Test
    void aProcessUsesMemoryAndTime() {
        Usage before = Usage.of(ProcessHandle.current());
        assertThat(before.pssMebibytes()).isGreaterThan(1);
        assertThat(before.cpuSeconds()).isGreaterThan(0);
        assertThat(Usage.of(ProcessHandle.current()).since(before).cpuSeconds()).isBetween(0.0,
                before.cpuSeconds() + 60);
    }
}
