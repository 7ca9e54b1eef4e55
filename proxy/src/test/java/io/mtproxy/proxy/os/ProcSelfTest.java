package io.mtproxy.proxy.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcSelfTest {
    @Test
    void findsTheLineOfAKey() {
        String text = "Name:\tjava\nUid:\t0\t1\t2\t3\nGroups:\t \nLast: x";
        assertThat(ProcSelf.field(text, "Uid:")).isEqualTo("0\t1\t2\t3");
        assertThat(ProcSelf.field(text, "Groups:")).isEmpty();
        assertThat(ProcSelf.field(text, "Last:")).isEqualTo("x");
        assertThat(ProcSelf.field(text, "id:")).isNull();
        assertThat(ProcSelf.field(null, "Uid:")).isNull();
    }

    @Test
    void splitsAFieldIntoWords() {
        assertThat(ProcSelf.word("a \t b  c", 0)).isEqualTo("a");
        assertThat(ProcSelf.word("a \t b  c", 1)).isEqualTo("b");
        assertThat(ProcSelf.word("a \t b  c", 2)).isEqualTo("c");
        assertThat(ProcSelf.word("a \t b  c", 3)).isEmpty();
        assertThat(ProcSelf.word("", 0)).isEmpty();
    }

    @Test
    void aMissingFileIsNull() {
        assertThat(ProcSelf.read("no such file")).isNull();
    }
}
