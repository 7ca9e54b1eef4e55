package io.mtproxy.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mtproxy.proxy.cli.GetOpt.Match;
import io.mtproxy.proxy.cli.Option.Argument;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values were taken from glibc's getopt_long. */
class GetOptTest {
    private static final List<Option> TABLE = List.of(Option.of("ipv6", '6', Argument.NONE, ""),
            Option.of("mtproto-secret", 'S', Argument.REQUIRED, ""), Option.of("max-rate", 'C', Argument.REQUIRED, ""),
            Option.of("verbosity", 'v', Argument.OPTIONAL, ""), Option.of("max-rate-dh", Argument.REQUIRED, ""),
            Option.of("mtproto-secret-file", Argument.REQUIRED, ""),
            new Option("ours", 'R', Argument.NONE, true, ""));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "-6 file                     | ipv6 & file",
            "file -6                     | ipv6 & file",
            "-6 -- -S                    | ipv6 & -S",
            "a -- b                      | & a b",
            "-                           | & -",
            "-6 - -v                     | ipv6 verbosity & -",
            "-Sx                         | mtproto-secret=x &",
            "-S x                        | mtproto-secret=x &",
            "-S -6                       | mtproto-secret=-6 &",
            "-S --                       | mtproto-secret=-- &",
            "-S=x                        | mtproto-secret==x &",
            "-6vSx                       | ipv6 verbosity mtproto-secret=x &",
            "-6vS x                      | ipv6 verbosity mtproto-secret=x &",
            "-vv                         | verbosity verbosity &",
            "-v 3                        | verbosity & 3",
            "--verbosity                 | verbosity &",
            "--verbosity 3               | verbosity & 3",
            "--verbosity=3               | verbosity=3 &",
            "--verbosity=                | verbosity= &",
            "--verb=3                    | verbosity=3 &",
            "--mtproto-secret x          | mtproto-secret=x &",
            "--mtproto-secret-f x        | mtproto-secret-file=x &",
            "--max-rate 1                | max-rate=1 &",
            "--max-rate= 1               | max-rate= & 1",
            "--i                         | ipv6 &",
            "--ours -R                   | ours ours &"})
    void understandsWhatGetoptLongUnderstands(String words, String expected) throws GetOpt.Failure {
        assertThat(parse(split(words), false)).isEqualTo(expected.trim());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "-x              | p: invalid option -- 'x'",
            "-6x             | p: invalid option -- 'x'",
            "-S              | p: option requires an argument -- 'S'",
            "-6S             | p: option requires an argument -- 'S'",
            "--x             | p: unrecognized option '--x'",
            "--x=1           | p: unrecognized option '--x=1'",
            "--ipv6=1        | p: option '--ipv6' doesn't allow an argument",
            "--ipv=          | p: option '--ipv6' doesn't allow an argument",
            "--mtproto-secret | p: option '--mtproto-secret' requires an argument",
            "--max-rate-     | p: option '--max-rate-dh' requires an argument",
            "--m=1           | p: option '--m=1' is ambiguous; possibilities: '--mtproto-secret' '--max-rate' '--max-rate-dh' '--mtproto-secret-file'",
            "--ma            | p: option '--ma' is ambiguous; possibilities: '--max-rate' '--max-rate-dh'",
            "--our           | p: unrecognized option '--our'",
            "--o             | p: unrecognized option '--o'"})
    void saysWhatGetoptLongSays(String words, String message) {
        assertThatThrownBy(() -> parse(split(words), false)).isInstanceOf(GetOpt.Failure.class).hasMessage(message);
    }

    @Test
    void posixlyCorrectEndsOptionsAtTheFirstOperand() throws GetOpt.Failure {
        assertThat(parse(List.of("-6", "file", "-v", "--", "-S"), true)).isEqualTo("ipv6 & file -v -- -S");
        assertThat(parse(List.of("-6", "--", "-v"), true)).isEqualTo("ipv6 & -v");
    }

    @Test
    void emptyWordsAreOperandsAndArguments() throws GetOpt.Failure {
        GetOpt options = new GetOpt("p", TABLE, List.of("-S", "", ""), false);
        Match match = options.next();
        assertThat(match).isNotNull();
        assertThat(match.value()).isEmpty();
        assertThat(options.next()).isNull();
        assertThat(options.operands()).containsExactly("");
    }

    private static List<String> split(String words) {
        return Arrays.asList(words.trim().split(" +"));
    }

    private static String parse(List<String> words, boolean inOrder) throws GetOpt.Failure {
        GetOpt options = new GetOpt("p", TABLE, words, inOrder);
        List<String> seen = new ArrayList<>();
        for (Match match = options.next(); match != null; match = options.next()) {
            seen.add(match.option().name() + (match.value() == null ? "" : "=" + match.value()));
        }
        seen.add("&");
        seen.addAll(options.operands());
        return String.join(" ", seen);
    }
}
