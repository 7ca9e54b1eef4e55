package io.mtproxy.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.SecretSource;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.wire.IpNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String SECRET = "00112233445566778899aabbccddeeff";

    private final List<Integer> nice = new ArrayList<>();

    @Test
    void defaults() throws Exception {
        Settings s = settings("file");
        assertThat(s.configFile()).isEqualTo("file");
        assertThat(s.listening()).isEqualTo(new Settings.Listening(List.of(), false, null, 8192, 131072));
        assertThat(s.statsPort()).isEqualTo(new Settings.StatsPort(false, -1, 0, -1, true));
        assertThat(s.access()).isEqualTo(new Settings.Access(List.of(), List.of(), false));
        assertThat(s.telegram()).isEqualTo(new Settings.Telegram(null, List.of(), null, 5, false, 2048));
        assertThat(s.limits()).isEqualTo(new Settings.Limits(65536, 65536, 268435456, 0, 0));
        assertThat(s.host()).isEqualTo(
                new Settings.Host(null, false, null, 0, 0, new Settings.Threads(0, 0, false, 0, 0)));
    }

    @Test
    void everyOptionHasItsPlace() throws Exception {
        Settings s = settings("-6", "-C", "7", "-H", "80,443", "-M", "2", "-P", SECRET, "-S", SECRET, "-T", "2.5", "-W",
                "9", "-b", "3", "-c", "100", "-C", "50", "-d", "-l", "log", "-p", "8888", "-u", "who", "-vv",
                "--aes-pwd",
                "pwd", "--nice", "4", "--msg-buffers-size", "4m", "--disable-tcp", "--crc32c", "--cpu-threads", "5",
                "--io-threads", "6", "--allow-skip-dh", "--force-dh", "--max-accept-rate", "11", "--max-dh-accept-rate",
                "12", "--multithread", "--tcp-cpu-threads", "13", "--tcp-iothreads", "14", "--nat-info",
                "10.0.0.1:1.2.3.4", "--address", "10.0.0.2", "--http-stats", "-R", "file");
        assertThat(s.listening()).isEqualTo(new Settings.Listening(List.of(80, 443), true,
                (java.net.Inet4Address) InetAddress.getByName("10.0.0.2"), 3, 9));
        assertThat(s.statsPort()).isEqualTo(new Settings.StatsPort(true, 8888, 0, -1, false));
        assertThat(s.access().paddedOnly()).isTrue();
        assertThat(s.access().secrets()).hasSize(1);
        assertThat(s.telegram().passwordFile()).isEqualTo("pwd");
        assertThat(s.telegram().proxyTag()).hasSize(16).startsWith(0, 0x11, 0x22).endsWith(0xee, 0xff);
        assertThat(s.telegram().pingInterval()).isEqualTo(2.5);
        assertThat(s.telegram().forceDh()).isTrue();
        assertThat(s.telegram().defaultRpcFlags()).isEqualTo(2056);
        assertThat(s.telegram().natRules()).hasSize(1);
        assertThat(s.limits()).isEqualTo(new Settings.Limits(100, 50, 4 << 20, 11, 12));
        assertThat(s.host()).isEqualTo(
                new Settings.Host("who", true, "log", 2, 2, new Settings.Threads(5, 6, true, 13, 14)));
        assertThat(nice).containsExactly(4);
    }

    @Test
    void directConnectionsNeedNoConfigFile() throws Exception {
        assertThat(settings("file").direct()).isEqualTo(Settings.Direct.NONE);
        assertThat(settings("--direct").configFile()).isEmpty();
        assertThat(settings("--direct", "file").configFile()).isEmpty();
        assertThat(settings("--direct").direct().route()).isEqualTo(Settings.Route.DIRECT);
        assertThat(settings("--auto").configFile()).isEmpty();
        assertThat(settings("--auto", "file").configFile()).isEqualTo("file");
        assertThat(settings("--auto").direct().route()).isEqualTo(Settings.Route.AUTO);
        assertThat(settings("-P", SECRET, "--auto", "file").direct().route()).isEqualTo(Settings.Route.AUTO);
        assertThat(refusal("--direct", "--auto").lines()).extracting(Refusal.Line::text)
                .containsExactly("fatal: --direct and --auto exclude each other");
        assertThat(refusal("-P", SECRET, "--auto").lines().getFirst().text()).contains("--auto with a proxy tag (-P)");
        assertThat(refusal("--dc-override", "2:1.2.3.4:443", "file").lines().getFirst().text())
                .isEqualTo("fatal: --dc-override has no effect without --direct or --auto");
        assertThat(refusal("--direct", "a", "b").usage()).isTrue();
        assertThat(refusal().usage()).isTrue();
    }

    @Test
    void withRefreshNoConfigFileIsNeeded() throws Exception {
        Settings.Refresh standard = new Settings.Refresh(3600, URI.create("https://core.telegram.org/getProxyConfig"),
                null, URI.create("https://core.telegram.org/getProxySecret"), null, null);
        assertThat(settings("file").refresh()).isNull();
        assertThat(settings("file").middleProxies()).isTrue();
        assertThat(settings("--refresh", "3600").refresh()).isEqualTo(standard);
        assertThat(settings("--refresh", "3600").configFile()).isEmpty();
        assertThat(settings("--refresh", "3600").middleProxies()).isTrue();
        assertThat(settings("--refresh", "3600", "file").configFile()).isEqualTo("file");
        assertThat(settings("--refresh", "3600", "--auto", "-P", SECRET).middleProxies()).isTrue();
        assertThat(settings("--refresh", "3600", "--direct").middleProxies()).isFalse();
        assertThat(
                settings("--refresh", "60", "--config-url", "https://a.test/c", "--config-v6-url", "https://a.test/6",
                        "--secret-url", "https://a.test/s", "--refresh-ca", "pem", "--refresh-proxy", "http://p:1")
                        .refresh())
                .isEqualTo(new Settings.Refresh(60, URI.create("https://a.test/c"), URI.create("https://a.test/6"),
                        URI.create("https://a.test/s"), "pem", "http://p:1"));
        assertThat(refusal("--refresh", "3600", "a", "b").usage()).isTrue();
    }

    @Test
    void whatCannotBeRefreshedFromIsNamed() {
        for (String seconds : List.of("59", "604801", "0", "x")) {
            assertThat(refusal("--refresh", seconds).lines().getFirst().text())
                    .isEqualTo("value '" + seconds + "' of --refresh is out of range 60..604800");
        }
        for (String url : List.of("http://a.test/c", "a.test/c", "https://", "https://u:p@a.test/c",
                "https://a.test/ c")) {
            assertThat(refusal("--refresh", "60", "--secret-url", url).lines().getFirst().text())
                    .isEqualTo("value '" + url + "' of --secret-url: expected https://<host>[:<port>]/<path>");
        }
        assertThat(refusal("--config-url", "https://a.test/c", "file").lines().getFirst().text())
                .isEqualTo("--config-url has no effect without --refresh");
    }

    @Test
    void addressesOfDataCentresCollectById() throws Exception {
        assertThat(settings("--direct", "--dc-override", "2:127.0.0.1:4430", "--dc-override", "2:[::1]:4431",
                "--dc-override", "-203:10.0.0.1:443").direct().overrides())
                .containsOnlyKeys(2, -203)
                .containsEntry(2,
                        List.of(new InetSocketAddress("127.0.0.1", 4430), new InetSocketAddress("::1", 4431)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2", "2:1.2.3.4", "x:1.2.3.4:443", "2:1.2.3:443", "2:name:443", "2:1.2.3.4:0",
            "2:1.2.3.4:65536", "40000:1.2.3.4:443", "0:1.2.3.4:443", "2:::1:443", "2:[::g]:443", "2:[1.2.3.4]:443",
            "2:[::1]:x"})
    void whatIsNoAddressOfADataCentreIsNamed(String value) {
        Refusal refusal = refusal("--direct", "--dc-override", value);
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.lines().getFirst().text()).contains("'" + value + "'", "<dc>:<address>:<port>");
    }

    @Test
    void otherProxiesAroundUsCollect() throws Exception {
        assertThat(settings("file").chaining()).isEqualTo(new Settings.Chaining(List.of(), List.of(), 0));
        Settings.Chaining chaining = settings("--via", "socks5://me:word@a:1", "--via", "http://b:2?weight=3",
                "--proxy-protocol", "10.0.0.0/8,::1", "--proxy-protocol", "192.0.2.0/24", "--site-proxy-protocol", "2",
                "-D", "example.com",
                "file").chaining();
        assertThat(chaining.via()).hasToString("[socks5://a:1, http://b:2]");
        assertThat(chaining.balancers()).isEqualTo(IpNetwork.list("10.0.0.0/8,::1,192.0.2.0/24"));
        assertThat(chaining.siteVersion()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"--via socks4://a:1 | --via: scheme 'socks4' (expected: socks5 or http)",
            "--proxy-protocol 10.0.0.1/8 | --proxy-protocol: network '10.0.0.1/8' (expected: 10.0.0.0/8, or more bits)",
            "--site-proxy-protocol 3 | value '3' of --site-proxy-protocol is out of range 1..2",
            "--vi socks5://a:1 | Unrecognized option"})
    void valuesOfOtherProxiesAreChecked(String words, String message) {
        Refusal refusal = refusal((words + " file").split(" "));
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.lines()).extracting(Refusal.Line::text).contains(message);
    }

    @Test
    void thereIsABoundForProxies() {
        List<String> words = new ArrayList<>();
        for (int i = 0; i <= Settings.Chaining.MAX_VIA; i++) {
            words.addAll(List.of("--via", "socks5://a:1"));
        }
        assertThat(refusal(words.toArray(String[]::new)).lines()).extracting(Refusal.Line::text)
                .containsExactly("too many proxies in --via (expected: at most 16)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"-c 500 | 500 500", "-C 60000 -c 1000 | 1000 1000",
            "-c 1000 -C 60000 | 1000 60000",
            "-c 1000 -c 2000 | 2000 1000", "-c 0 | 65536 65536", "-c -5 | 65536 65536", "-c x | 65536 65536",
            "-C 0 | 65536 0", "-C -3 | 65536 0", "-C 0 -c 70 | 70 70"})
    void connectionLimitsDependOnTheOrder(String words, String expected) throws Exception {
        Settings.Limits limits = settings((words + " file").split(" ")).limits();
        assertThat(limits.connections() + " " + limits.specialConnections()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"80 | 80 0 -1", "80: | 80 0 -1", "80x | 80 0 -1", "80:x | 80 0 -1",
            "80:90 | -1 80 90", "80:80 | -1 80 80", "80:90x | -1 80 90"})
    void portIsOneNumberOrARange(String value, String expected) throws Exception {
        Settings.StatsPort port = settings("-p", value, "file").statsPort();
        assertThat(port.port() + " " + port.rangeStart() + " " + port.rangeEnd()).isEqualTo(expected);
    }

    @Test
    void aSinglePortWinsOverARange() throws Exception {
        assertThat(settings("-p", "5", "-p", "7:9", "file").statsPort().port()).isEqualTo(5);
        assertThat(settings("-p", "7:9", "-p", "5", "file").statsPort().port()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"0,268435456", "-0,268435456", "8192k,8388608", "8192K,8388608", "16mb,16777216", "1g,1073741824",
            "1t,1099511627776", "33554432 ,33554432", "'33554432 k',33554432", "2097153,2097153"})
    void bufferSizesHaveASuffix(String value, long bytes) throws Exception {
        assertThat(settings("--msg-buffers-size", value, "file").limits().bufferBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"-v -v,2", "--verbosity=7,7", "--verbosity=x,0", "--verbosity=-1,-1", "-v --verbosity,2",
            "-vv --verbosity=0,0"})
    void verbosityCountsOrIsSet(String words, int expected) throws Exception {
        assertThat(settings((words + " file").split(" ")).host().verbosity()).isEqualTo(expected);
    }

    @Test
    void daemonizeTogglesOrIsSet() throws Exception {
        assertThat(settings("-d", "-d", "file").host().daemonize()).isFalse();
        assertThat(settings("-d", "--daemonize=2", "file").host().daemonize()).isTrue();
        assertThat(settings("-d", "--daemonize=x", "file").host().daemonize()).isFalse();
        assertThat(settings("--multithread=0", "file").host().threads().multithread()).isFalse();
    }

    @Test
    void domainsTakeTheWindowClampOff() throws Exception {
        assertThat(settings("-D", "a", "-D", "", "file").access().domains()).containsExactly("a", "");
        assertThat(settings("-D", "a", "file").listening().windowClamp()).isZero();
        assertThat(settings("-D", "a", "-W", "5", "file").listening().windowClamp()).isEqualTo(5);
    }

    @Test
    void anyAddressIsNone() throws Exception {
        assertThat(settings("--address", "10.0.0.1", "--address", "0.0.0.0", "file").listening().address()).isNull();
    }

    @Test
    void secretsKeepTheirOrderAcrossFiles(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("s"), "11".repeat(16) + "," + "22".repeat(16));
        CommandLine.Parsed parsed = parse("-S", SECRET, "--mtproto-secret-file", file.toString(), "-S", "33".repeat(16),
                "file");
        assertThat(parsed.secrets()).hasSize(4);
        assertThat(parsed.secrets().get(1)).containsOnly(0x11);
        assertThat(parsed.secrets().get(3)).containsOnly(0x33);
        assertThat(parsed.settings().access().secrets()).hasSize(3).element(1)
                .isEqualTo(new SecretSource.FromFile(file.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "file file", "-h", "--help file", "-p 0 file", "-p -5 file", "-p x file", "-p 9:8 file",
            "-p 0:8 file", "-p :8 file", "-H 0 file", "-H 080 file", "-H 80,,81 file", "-H ,80 file", "-H 80-90 file",
            "-H 80:90 file", "-H x file", "-H 80,81x file", "file -- -v"})
    void badWordsGetTheUsageWithoutAMessage(String words) {
        Refusal refusal = refusal(words.isEmpty() ? new String[0] : words.split(" "));
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.usage()).isTrue();
        assertThat(refusal.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "-S 00 | --mtproto-secret option requires exactly 32 hex digits",
            "-P g0112233445566778899aabbccddeeff | --proxy-tag option requires exactly 32 hex digits. 'g' is not hexdigit",
            "--nat-info 1.2.3.4 | expected <local-addr>:<global-addr> in --nat-info",
            "--nat-info x:1.2.3.4 | cannot translate host 'x' in --nat-info",
            "--nat-info 1.2.3.4:01.2.3.4 | cannot translate host '01.2.3.4' in --nat-info",
            "--msg-buffers-size m | Parsing limit for option fail: m",
            "--msg-buffers-size 1.5g | Parsing limit fail. Unknown suffix '.'.",
            "--msg-buffers-size 2m | value '2m' of --msg-buffers-size is out of range 2097153..1099511627776",
            "--msg-buffers-size 2t | value '2t' of --msg-buffers-size is out of range 2097153..1099511627776",
            "--msg-buffers-size -1 | value '-1' of --msg-buffers-size is out of range 2097153..1099511627776",
            "-p 70000 | value '70000' of -p is out of range 1..65535",
            "-p 1:70000 | value '70000' of -p is out of range 1..65535",
            "-H 65536 | value '65536' of -H is out of range 1..65535",
            "-H 4294967376 | value '4294967376' of -H is out of range 1..65535",
            "-M 257 | value '257' of -M is out of range 0..256",
            "-M -1 | value '-1' of -M is out of range 0..256",
            "--max-accept-rate -1 | value '-1' of --max-accept-rate is out of range 0..2147483647"})
    void badValuesAreNamedBeforeTheUsage(String words, String message) {
        Refusal refusal = refusal((words + " file").split(" "));
        assertThat(refusal.exitCode()).isEqualTo(2);
        assertThat(refusal.usage()).isTrue();
        assertThat(refusal.lines()).extracting(Refusal.Line::text).containsExactly(message);
    }

    @Test
    void theFirstFailingOptionCounts() {
        assertThat(refusal("--help", "-S", "bad").lines()).isEmpty();
        assertThat(refusal("-S", "bad", "--help").lines()).hasSize(1);
        assertThat(refusal("--nice", "3", "-S", "bad").lines()).hasSize(1);
        assertThat(nice).containsExactly(3);
    }

    @Test
    void getoptsOwnMessageIsBare() {
        assertThat(refusal("-x").lines()).containsExactly(Refusal.Line.bare("prog: invalid option -- 'x'"),
                Refusal.Line.log("Unrecognized option"));
    }

    @Test
    void aUserCanBeGivenOnce() {
        Refusal refusal = refusal("-u", "", "-u", "root");
        assertThat(refusal.exitCode()).isEqualTo(1);
        assertThat(refusal.usage()).isFalse();
        assertThat(refusal).hasMessage("wrong option -uroot, username is already defined as ''.");
    }

    @Test
    void aBadAddressHasAnExitCodeOfItsOwn() {
        Refusal refusal = refusal("--address", "1.2.3", "file");
        assertThat(refusal.exitCode()).isEqualTo(4);
        assertThat(refusal.usage()).isFalse();
        assertThat(refusal).hasMessageStartingWith("Can not convert '1.2.3' to ip addr: ");
    }

    @Test
    void listsHaveLimits() throws Exception {
        String ports = "1" + ",1".repeat(127);
        assertThat(settings("-H", ports, "file").listening().ports()).hasSize(128);
        assertThat(refusal("-H", ports + ",1", "file").lines()).isEmpty();
        assertThat(refusal("-H", ports, "-H", "1", "file").lines()).isEmpty();
        List<String> words = new ArrayList<>(List.of("file"));
        for (int i = 0; i < 17; i++) {
            words.addAll(List.of("--nat-info", "10.0.0." + i + ":1.2.3.4"));
        }
        assertThat(settings(words.subList(0, 33).toArray(new String[0])).telegram().natRules()).hasSize(16);
        assertThat(refusal(words.toArray(new String[0]))).hasMessage("too many rules in --nat-info");
    }

    @Test
    void posixlyCorrectMakesLaterWordsExtraArguments() {
        assertThatThrownBy(() -> CommandLine.parse("prog", List.of("file", "-v"), true, nice::add))
                .isInstanceOf(Refusal.class);
    }

    private Settings settings(String... words) throws Refusal {
        return parse(words).settings();
    }

    private CommandLine.Parsed parse(String... words) throws Refusal {
        return CommandLine.parse("prog", Arrays.asList(words), false, nice::add);
    }

    private Refusal refusal(String... words) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> parse(words));
        assertThat(refusal).describedAs("refusal of %s", Arrays.toString(words)).isNotNull();
        return refusal;
    }
}
