package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Programs are started with what they are given and nothing else. */
@EnabledOnOs(OS.LINUX)
class SpawnerTest {
    private static final List<byte[]> PATH = List.of(bytes("PATH=/usr/bin:/bin"));

    @Test
    void argumentsAndEnvironmentArriveAsTheyAre() throws Exception {
        List<byte[]> environment = new ArrayList<>(PATH);
        environment.add(bytes("NAME=a b=c"));
        String text = output(List.of(bytes("sh"), bytes("-c"), bytes("printf '%s|' \"$NAME\" \"$0\" \"$@\" >&3"),
                bytes("zero"), bytes(""), bytes("it's"), new byte[] {(byte) 0xff}), environment, List.of());
        assertThat(text).isEqualTo("a b=c|zero||it's|\u00ff|");
    }

    @Test
    void onlyTheGivenDescriptorsAreInherited() throws Exception {
        try (InputStream leak = Files.newInputStream(Path.of("/etc/passwd"))) {
            assertThat(leak).isNotNull();
            String text = output(List.of(bytes("sh"), bytes("-c"), bytes("cd /proc/$$/fd && echo * >&3")), PATH,
                    List.of());
            assertThat(text.trim()).as("4 is the shell's own, of the folder that it reads").isEqualTo("0 1 2 3 4");
        }
    }

    @Test
    void descriptorsMayTakeEachOthersNumbers() throws Exception {
        Inheritable.Pipe first = Inheritable.pipe();
        Inheritable.Pipe second = Inheritable.pipe();
        String text = output(List.of(bytes("sh"), bytes("-c"), bytes("readlink /proc/$$/fd/4 /proc/$$/fd/5 >&3")), PATH,
                List.of(second.reading(), first.reading()));
        assertThat(text.lines()).containsExactly(link(second.reading()), link(first.reading()));
        close(first);
        close(second);
    }

    @Test
    void everyOrderOfNumbersWorks() throws Exception {
        List<Inheritable.Pipe> pipes = new ArrayList<>();
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            pipes.add(Inheritable.pipe());
            ends.addFirst(pipes.get(i).reading());
        }
        StringBuilder script = new StringBuilder("readlink");
        for (int i = 0; i < ends.size(); i++) {
            script.append(" /proc/$$/fd/").append(Spawner.FIRST + 1 + i);
        }
        String text = output(List.of(bytes("sh"), bytes("-c"), bytes(script + " >&3")), PATH, ends);
        List<String> expected = new ArrayList<>();
        for (int end : ends) {
            expected.add(link(end));
        }
        assertThat(text.lines().toList()).isEqualTo(expected);
        for (Inheritable.Pipe pipe : pipes) {
            close(pipe);
        }
    }

    @Test
    void noSignalIsBlockedAndOursHaveTheirDefault() throws Exception {
        String status = output(List.of(bytes("grep"), bytes("^Sig[BIC]"), bytes("/proc/self/status")), PATH, List.of(),
                1);
        assertThat(Long.parseUnsignedLong(mask(status, "SigBlk:"), 16)).isZero();
        long ignored = Long.parseUnsignedLong(mask(status, "SigIgn:"), 16);
        for (int signal : new int[] {1, 2, 10, 15, 17}) {
            assertThat(ignored >>> (signal - 1) & 1).as("signal " + signal + " is ignored").isZero();
        }
    }

    @Test
    void aProgramThatIsNotThereIsRefused() throws Exception {
        try (Spawner spawner = new Spawner(List.of())) {
            assertThatThrownBy(() -> spawner.spawn("/no/such/program", PATH, PATH)).isInstanceOf(OsException.class)
                    .hasMessage("No such file or directory");
        }
    }

    /** What a program from /bin writes to descriptor 3. */
    private static String output(List<byte[]> arguments, List<byte[]> environment, List<Integer> further)
            throws Exception {
        return output(arguments, environment, further, Spawner.FIRST);
    }

    private static String output(List<byte[]> arguments, List<byte[]> environment, List<Integer> further, int from)
            throws Exception {
        Inheritable.Pipe pipe = Inheritable.pipe();
        List<Integer> inherited = new ArrayList<>(List.of(pipe.writing()));
        inherited.addAll(further);
        String program = "/bin/" + new String(arguments.getFirst(), StandardCharsets.US_ASCII);
        List<byte[]> words = arguments;
        if (from != Spawner.FIRST) { // a program that knows standard output only
            words = new ArrayList<>(List.of(bytes("sh"), bytes("-c"), bytes("exec \"$@\" >&3"), bytes("sh")));
            words.addAll(arguments);
            program = "/bin/sh";
        }
        ChildProcess child;
        try (Spawner spawner = new Spawner(inherited)) {
            child = new ChildProcess(spawner.spawn(program, words, environment));
        }
        byte[] text;
        try (InputStream in = Files.newInputStream(Inheritable.path(pipe.reading()))) {
            close(pipe);
            text = in.readAllBytes();
        }
        while (child.running()) {
            Thread.onSpinWait(); // it has closed its output: it is about to end
        }
        assertThat(child.end()).isEqualTo("exited with code 0");
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static String mask(String status, String field) {
        String mask = ProcSelf.field(status, field);
        assertThat(mask).isNotNull();
        return mask;
    }

    private static String link(int descriptor) throws Exception {
        return Files.readSymbolicLink(Inheritable.path(descriptor)).toString();
    }

    private static void close(Inheritable.Pipe pipe) {
        Inheritable.close(pipe.reading());
        Inheritable.close(pipe.writing());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
