package io.mtproxy.tools.probe;

import io.mtproxy.tools.tls.FakeTls;
import io.mtproxy.tools.tls.FakeTlsStreams;
import io.mtproxy.tools.tls.HelloKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says hello to a proxy as its client does, and to its site in the same way, and keeps what an onlooker sees. */
public final class FingerprintRun {

    private final FingerprintPlan plan;

    private FingerprintRun(FingerprintPlan plan) {
        this.plan = plan;
    }

    /**
     * Asks both.
     *
     * @throws IOException when one of them does not answer with a ServerHello, saying what it did
     */
    public static FingerprintReport run(FingerprintPlan plan) throws IOException {
        List<FingerprintReport.Row> rows = new ArrayList<>();
        for (HelloKind kind : HelloKind.values()) {
            rows.addAll(new FingerprintRun(plan).rows(kind));
        }
        return new FingerprintReport(rows);
    }

    private List<FingerprintReport.Row> rows(HelloKind kind) throws IOException {
        List<Fingerprint> site = new ArrayList<>();
        List<Fingerprint> proxy = new ArrayList<>();
        for (int i = 0; i < plan.rounds(); i++) {
            site.add(ask(plan.site(), kind));
            proxy.add(ask(plan.proxy(), kind));
        }
        return List.of(row(kind, "cipher suite", site, proxy, print -> "%04x".formatted(print.hello().suite())),
                row(kind, "group", site, proxy, print -> "%04x".formatted(print.hello().group())),
                row(kind, "extensions", site, proxy, print -> types(print.hello())),
                row(kind, "ServerHello bytes", site, proxy, print -> String.valueOf(print.hello().length())),
                row(kind, "JA3S", site, proxy, print -> print.hello().ja3s()),
                row(kind, "JA4S", site, proxy, print -> print.hello().ja4s()),
                row(kind, "ChangeCipherSpec", site, proxy, print -> String.valueOf(print.changeCipherSpec())),
                FingerprintReport.Row.ofRange(kind, "encrypted bytes", map(site, Fingerprint::encryptedBytes),
                        map(proxy, Fingerprint::encryptedBytes)),
                FingerprintReport.Row.of(kind, "encrypted records", map(site, FingerprintRun::records),
                        map(proxy, FingerprintRun::records), false));
    }

    private static FingerprintReport.Row row(HelloKind kind, String fact, List<Fingerprint> site,
            List<Fingerprint> proxy, Function<Fingerprint, String> value) {
        return FingerprintReport.Row.of(kind, fact, map(site, value), map(proxy, value), true);
    }

    private static <T> List<T> map(List<Fingerprint> prints, Function<Fingerprint, T> value) {
        return prints.stream().map(value).toList();
    }

    private static String types(ServerHello hello) {
        return hello.extensions().stream().map("%04x"::formatted).collect(Collectors.joining("-"));
    }

    private static String records(Fingerprint print) {
        return print.records().stream().map(String::valueOf).collect(Collectors.joining("+"));
    }

    private Fingerprint ask(InetSocketAddress address, HelloKind kind) throws IOException {
        byte[] hello = FakeTlsStreams.hello(FakeTls.of(plan.domain()).hello(kind), plan.secret());
        Observation answer = Conversation.hold(address,
                List.of(new Step.Send(hello), new Step.AwaitAnswer(), new Step.Reset()), plan.patience());
        Fingerprint print = Fingerprint.of(answer.bytes());
        if (print == null) {
            throw new IOException(address + " did not answer with a ServerHello: " + answer.shape());
        }
        return print;
    }
}
