package io.mtproxy.tools.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class StoryTest {

    private final StringWriter out = new StringWriter();

    @Test
    void whoReadsAFileSeesWholeLinesOnly() {
        tell(new Story(new PrintWriter(out), false));

        assertThat(out.toString().lines()).containsExactly("1. clients       ten of them: 10 served",
                "2. stop          now: gone");
    }

    @Test
    void whoLooksAtATerminalSeesProgress() {
        tell(new Story(new PrintWriter(out), true));

        assertThat(out.toString()).contains("\r1. clients       ten of them: 3 served so far",
                "\r1. clients       ten of them: 10 served      ");
    }

    private static void tell(Story story) {
        story.step("clients", "ten of them:");
        story.progress("3 served so far");
        story.done("10 served");
        story.step("stop", "now:");
        story.done("gone");
    }
}
