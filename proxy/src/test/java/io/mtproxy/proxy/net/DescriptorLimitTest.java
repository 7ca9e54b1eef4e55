package io.mtproxy.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that runs out of descriptors goes on serving, does not spin, and takes the waiting clients later. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class DescriptorLimitTest {
    private static final int LIMIT = 60;
    private static final int CLIENTS = 100;
    /** The process itself needs some descriptors, too. */
    private static final int REMAIN = 20;

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void whenDescriptorsRunOutAcceptingRests(String kind) throws Exception {
        String java = System.getProperty("java.home") + "/bin/java";
        Process server = new ProcessBuilder("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$0\" \"$@\"", java, "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                LimitedServer.class.getName(), kind).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<Socket> sockets = new ArrayList<>();
        try (BufferedReader answers = server.inputReader(); Writer questions = server.outputWriter()) {
            int port = Integer.parseInt(answers.readLine());
            for (int i = 0; i < CLIENTS; i++) {
                Socket s = new Socket("127.0.0.1", port);
                s.setSoTimeout(20_000);
                sockets.add(s);
                s.getOutputStream().write(i);
            }
            long[] first = awaitFailures(2, answers, questions);
            long[] later = awaitFailures(first[0] + 5, answers, questions);
            assertThat((later[1] - first[1]) / (later[0] - first[0])).as("polls per failure").isLessThan(50);
            assertThat(sockets.getFirst().getInputStream().read()).isZero();
            for (Socket s : sockets.subList(0, CLIENTS - REMAIN)) {
                s.close();
            }
            for (int i = CLIENTS - REMAIN; i < CLIENTS; i++) {
                assertThat(sockets.get(i).getInputStream().read()).isEqualTo(i);
            }
        } finally {
            for (Socket s : sockets) {
                s.close();
            }
            server.destroy();
        }
        server.waitFor();
    }

    /** Failures and polls as soon as there are so many failures. */
    private static long[] awaitFailures(long least, BufferedReader answers, Writer questions) throws IOException {
        questions.write(least + "\n");
        questions.flush();
        String[] words = answers.readLine().split(" ");
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
    }
}
