package io.mtproxy.proxy.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.os.ChildProcess;
import io.mtproxy.proxy.os.ChildProcess.Signal;
import io.mtproxy.proxy.os.Inheritable;
import io.mtproxy.proxy.os.OwnProcess;
import io.mtproxy.proxy.os.Spawner;
import io.mtproxy.proxy.os.UnixSocket;
import io.mtproxy.proxy.stats.Board;
import io.mtproxy.proxy.stats.Figure;
import io.mtproxy.proxy.stats.StatsSource.Own;
import io.mtproxy.proxy.stats.Totals;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The watch over workers, with shell scripts in their place. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class WorkersTest {
    private static final UnixSocket NOBODY = new UnixSocket(-1);
    private static final String SLEEPER = "exec sleep 600";
    /** Tells when it is ready; then TERM does nothing to it. */
    private static final String STUBBORN = "trap '' TERM; echo ready >&3; exec sleep 600";

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final Workers workers = new Workers(new Log(lines, 1, InstantSource.system()));
    private final Board board = new Board(ByteBuffer.allocateDirect((int) Board.bytes(2)));
    private final List<ChildProcess> children = new ArrayList<>();

    @AfterEach
    void killAll() {
        children.forEach(child -> child.signal(Signal.KILL));
    }

    @Test
    void allIsWellWhileAllRunAndBeat() throws Exception {
        add(0, SLEEPER);
        add(1, SLEEPER);
        for (int second = 0; second < 100; second++) {
            board.slot(0).beat(2 + second);
            board.slot(1).beat(2 + second);
            assertThat(workers.trouble()).isNull();
        }
    }

    @Test
    void theEndOfOneIsTrouble() throws Exception {
        add(0, SLEEPER);
        ChildProcess child = add(1, "exit 3");
        awaitEnd(child);
        assertThat(workers.trouble()).containsExactly("worker 2 (pid " + child.pid() + ") exited with code 3",
                "Child " + child.pid() + " terminated, aborting");
    }

    @Test
    void aChildThatTheSystemDoesNotKnowIsTrouble() {
        long stranger = OwnProcess.parent();
        workers.add(new WorkerProcess(1, new ChildProcess(stranger), board.slot(0), NOBODY));
        assertThat(workers.trouble()).containsExactly(
                "Child " + stranger + ": unknown result during wait (-1, No child processes), aborting");
    }

    @Test
    void silenceOfMoreThanTenSecondsIsTrouble() throws Exception {
        ChildProcess child = add(0, SLEEPER);
        board.slot(0).beat(2);
        assertThat(workers.trouble()).isNull();
        for (int second = 0; second < WorkerProcess.SILENT_SECONDS; second++) {
            assertThat(workers.trouble()).as(second + " s").isNull();
        }
        assertThat(workers.trouble()).containsExactly(
                "worker 1 (pid " + child.pid() + ") has not answered for more than 10 seconds, aborting");
    }

    @Test
    void whoBeganLateMayBeSilentForLonger() throws Exception {
        add(0, SLEEPER);
        board.slot(0).beat(Board.Slot.READY);
        for (int second = 0; second < WorkerProcess.STARTING_SECONDS; second++) {
            assertThat(workers.trouble()).isNull();
        }
        board.slot(0).beat(Board.Slot.READY + 1);
        assertThat(workers.trouble()).isNull();
    }

    @Test
    void whoNeverBeginsIsTrouble() throws Exception {
        add(0, SLEEPER);
        for (int second = 0; second < WorkerProcess.STARTING_SECONDS; second++) {
            assertThat(workers.trouble()).isNull();
        }
        assertThat(workers.trouble()).hasSize(1);
    }

    @Test
    void signalsWaitForHandlers() throws Exception {
        ChildProcess child = add(0, SLEEPER);
        workers.forward(Signal.USR1);
        workers.forward(Signal.USR1);
        assertThat(workers.forwardWaiting()).as("still waits").isTrue();
        assertThat(child.running()).as("USR1 would have ended it").isTrue();
        board.slot(0).beat(Board.Slot.READY);
        assertThat(workers.forwardWaiting()).isFalse();
        awaitEnd(child);
        assertThat(child.end()).isEqualTo("was killed by signal 10");
    }

    @Test
    void whoHasHandlersGetsSignalsAtOnce() throws Exception {
        ChildProcess child = add(0, SLEEPER);
        board.slot(0).beat(Board.Slot.READY);
        workers.forward(Signal.HUP);
        awaitEnd(child);
        assertThat(child.end()).isEqualTo("was killed by signal 1");
    }

    @Test
    void allAreAskedToEnd() throws Exception {
        ChildProcess one = add(0, SLEEPER);
        ChildProcess other = add(1, SLEEPER);
        workers.end();
        assertThat(one.end()).isEqualTo("was killed by signal 15");
        assertThat(other.end()).isEqualTo("was killed by signal 15");
        assertThat(lines.size()).isZero();
    }

    @Test
    void whoDoesNotEndIsKilled() throws Exception {
        ChildProcess willing = add(0, SLEEPER);
        ChildProcess stubborn = add(1, STUBBORN);
        long begin = System.nanoTime();
        workers.end();
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(1_100_000_000L);
        assertThat(willing.end()).isEqualTo("was killed by signal 15");
        assertThat(stubborn.end()).isEqualTo("was killed by signal 9");
        assertThat(lines.toString(StandardCharsets.UTF_8))
                .endsWith("] WARNING: 1 children unfinished --> they are now killed\n");
    }

    @Test
    void numbersAreSummedAndShown() throws Exception {
        ChildProcess one = add(0, SLEEPER);
        ChildProcess other = add(1, SLEEPER);
        Totals totals = new Totals();
        totals.add(Figure.CLIENT_LIMIT, 5);
        board.slot(0).publish(totals);
        totals.add(Figure.CLIENT_LIMIT, 1);
        board.slot(1).publish(totals);
        Totals sum = new Totals();
        workers.addTo(sum);
        assertThat(sum.get(Figure.CLIENT_LIMIT)).isEqualTo(11);
        assertThat(workers.own()).contains(new Own("worker_1_pid", "" + one.pid()),
                new Own("worker_2_pid", "" + other.pid()), new Own("worker_2_clients_accepted", "0"));
    }

    /** A worker that is ready to take signals. */
    private ChildProcess add(int index, String script) throws Exception {
        Inheritable.Pipe pipe = Inheritable.pipe();
        ChildProcess child;
        try (Spawner spawner = new Spawner(List.of(pipe.writing()))) {
            child = new ChildProcess(spawner.spawn("/bin/sh", List.of(bytes("sh"), bytes("-c"), bytes(script)),
                    List.of(bytes("PATH=/usr/bin:/bin"))));
        }
        children.add(child);
        Inheritable.close(pipe.writing());
        if (script.equals(STUBBORN)) {
            try (InputStream in = Files.newInputStream(Inheritable.path(pipe.reading()))) {
                assertThat(in.read()).isEqualTo('r');
            }
        }
        Inheritable.close(pipe.reading());
        workers.add(new WorkerProcess(index + 1, child, board.slot(index), NOBODY));
        return child;
    }

    private static void awaitEnd(ChildProcess child) throws Exception {
        while (child.running()) {
            Thread.sleep(2);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
