package io.mtproxy.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretLoaderTest {
    private static final String A = "aa".repeat(16);
    private static final String B = "BB".repeat(16);
    private static final String COMPLAINT = "--mtproto-secret option requires exactly 32 hex digits";

    @TempDir
    Path folder;

    private final SecretLoader loader = new SecretLoader();

    @ParameterizedTest
    @ValueSource(strings = {"A", "A~", "A\r~", "#x~A", "A#x", "A # x,y", ",A,", " \tA", "A\0garbage", "#\0~A"})
    void findsOneSecret(String text) throws Exception {
        loader.file(write(text));
        assertThat(loader.secrets()).hasSize(1).first().satisfies(secret -> assertThat(secret).containsOnly(0xaa));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A,B", "A B", "A~B", "A,,~\t~B", "A\r~\r~B", "A\0x~B", "A#B~B"})
    void separatesByCommasAndWhiteSpace(String text) throws Exception {
        loader.file(write(text));
        assertThat(loader.secrets()).extracting(secret -> secret[0]).containsExactly((byte) 0xaa, (byte) 0xbb);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"x | 1 |", "A;B | 1 |", "A~~Ax | 3 |", "# c~A, A~zz | 3 |", "A=A | 1 |",
            "0123456789abcdef0123456789abcdeg | 1 | . 'g' is not hexdigit",
            "A~0123456789abcdef 0123456789abcdef | 2 |"})
    void namesTheLineOfABadSecret(String text, int line, String detail) throws Exception {
        String file = write(text);
        Refusal refusal = refusal(() -> loader.file(file));
        assertThat(refusal.lines()).containsExactly(Refusal.Line.log(COMPLAINT + (detail == null ? "" : detail)),
                Refusal.Line.log("failed to parse mtproto secret from '" + file + "' at line " + line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "~~", "# A", " , ,\t~", "\0A"})
    void aFileWithoutSecretsIsRefused(String text) throws Exception {
        String file = write(text);
        assertThat(refusal(() -> loader.file(file)))
                .hasMessage("mtproto secret file '" + file + "' does not contain secrets");
    }

    @Test
    void missingFilesAndFoldersAreRefused() {
        assertThat(refusal(() -> loader.file("/no/file")))
                .hasMessage("cannot open mtproto secret file '/no/file': No such file or directory");
        assertThat(refusal(() -> loader.file("")))
                .hasMessage("cannot open mtproto secret file '': No such file or directory");
        assertThat(refusal(() -> loader.file(folder.toString())))
                .hasMessage("failed to read mtproto secret file '" + folder + "': Is a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "dd00112233445566778899aabbccddeeff", "00112233445566778899aabbccddee",
            " 0112233445566778899aabbccddeef f"})
    void aGivenSecretHas32Digits(String text) {
        assertThat(refusal(() -> loader.given(text))).hasMessage(COMPLAINT);
    }

    @Test
    void lengthIsCheckedInBytesBeforeDigits() {
        assertThat(refusal(() -> loader.given("z".repeat(31)))).hasMessage(COMPLAINT);
        assertThat(refusal(() -> loader.given("0".repeat(31) + "z"))).hasMessage(COMPLAINT + ". 'z' is not hexdigit");
        assertThat(refusal(() -> loader.given("z-".repeat(16)))).hasMessage(COMPLAINT + ". 'z' is not hexdigit");
    }

    @Test
    void thereIsRoomFor128() throws Exception {
        loader.file(write((A + "\n").repeat(127)));
        loader.given(B);
        assertThat(loader.secrets()).hasSize(128);
        assertThat(refusal(() -> loader.given(A))).hasMessage("too many mtproto secrets: 129 (max 128)");
        String file = write("A");
        assertThat(refusal(() -> loader.file(file)).lines()).hasSize(1);
    }

    @Test
    void reloadingReadsFilesAgain() throws Exception {
        loader.given(B);
        loader.file(write("A"));
        write("A,A");
        List<byte[]> again = SecretLoader.load(loader.sources());
        assertThat(again).extracting(secret -> secret[0]).containsExactly((byte) 0xbb, (byte) 0xaa, (byte) 0xaa);
    }

    private String write(String text) throws IOException {
        String full = text.replace("A", A).replace("B", B).replace('~', '\n');
        return Files.writeString(folder.resolve("secrets"), full, StandardCharsets.ISO_8859_1).toString();
    }

    private static Refusal refusal(ThrowingCallable call) {
        Refusal refusal = catchThrowableOfType(Refusal.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.usage()).isTrue();
        return refusal;
    }
}
