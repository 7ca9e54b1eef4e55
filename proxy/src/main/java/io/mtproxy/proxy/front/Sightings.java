package io.mtproxy.proxy.front;

import io.mtproxy.proxy.front.SiteProbe.Heard;
import io.mtproxy.proxy.front.SiteSighting.Answer;
import io.mtproxy.proxy.front.SiteSighting.Flight;
import io.mtproxy.proxy.front.SiteSighting.Origin;
import io.mtproxy.wire.faketls.Tls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes one sighting of what many connections have heard, or draws one. */
final class Sightings {
    /** C's range for a site that cannot be asked. */
    private static final int DRAWN_MIN = 2500;
    static final int DRAWN_RANGE = 1120;
    /** Handshake header, version, random, session id, suite, compression, length of the extensions. */
    private static final int SERVER_HELLO = 4 + 2 + 32 + 33 + 2 + 1 + 2;
    private static final int VERSIONS_EXTENSION = 4 + 2;
    private static final int X25519_EXTENSION = 4 + 4 + 32;
    private static final int HYBRID_EXTENSION = X25519_EXTENSION + 1088;

    private Sightings() {}

    /**
     * What most connections have heard, for each of the two kinds of hellos that at least half of the connections got an
     * answer to.
     *
     * @param seenAt unix time in seconds
     * @return null when that is neither
     */
    static @Nullable SiteSighting of(String domain, List<Heard> heard, long seenAt) {
        Answer hybrid = answer(heard, true);
        Answer classic = answer(heard, false);
        if (classic == null && hybrid == null) {
            return null;
        }
        List<SeenAnswer> chachaFirst = heard.stream().filter(h -> h.kind().chachaFirst()).map(Heard::answer)
                .filter(Objects::nonNull).toList();
        int suite = chachaFirst.isEmpty() ? 0 : most(chachaFirst, s -> s.hello().cipherSuite());
        return new SiteSighting(domain, Origin.PROBED, seenAt, suite, hybrid,
                classic == null ? withX25519(Objects.requireNonNull(hybrid)) : classic);
    }

    private static @Nullable Answer answer(List<Heard> heard, boolean hybrid) {
        List<Heard> asked = heard.stream().filter(h -> h.kind().hybrid() == hybrid).toList();
        List<SeenAnswer> all = asked.stream().map(Heard::answer).filter(Objects::nonNull).toList();
        if (all.isEmpty() || 2 * all.size() < asked.size()) {
            return null;
        }
        List<SeenAnswer> usual = asked.stream().filter(h -> !h.kind().chachaFirst()).map(Heard::answer)
                .filter(Objects::nonNull).toList();
        ServerHello hello = most(usual.isEmpty() ? all : usual, SeenAnswer::hello);
        return new Answer(hello.cipherSuite(), hello.group(), hello.extensions(), hello.length(),
                most(all, SeenAnswer::changeCipherSpecAt), flights(all));
    }

    /** All flights, without those that were cut short. */
    private static List<Flight> flights(List<SeenAnswer> all) {
        Map<List<Integer>, Integer> times = new LinkedHashMap<>();
        for (SeenAnswer answer : all) {
            if (all.stream().noneMatch(answer::beginningOf)) {
                times.merge(answer.records(), 1, Integer::sum);
            }
        }
        List<Flight> flights = new ArrayList<>();
        times.forEach((records, count) -> flights.add(new Flight(count, records)));
        flights.sort(Comparator.comparingInt(Flight::times).reversed().thenComparingInt(Flight::bytes));
        return flights;
    }

    /** The most frequent value; of several the one met first. */
    private static <T> T most(List<SeenAnswer> answers, Function<SeenAnswer, T> value) {
        Map<T, Long> counts = answers.stream()
                .collect(Collectors.groupingBy(value, LinkedHashMap::new, Collectors.counting()));
        long most = counts.values().stream().mapToLong(Long::longValue).max().orElseThrow();
        return counts.entrySet().stream().filter(e -> e.getValue() == most).findFirst().orElseThrow().getKey();
    }

    /** The same for a client without a share for X25519MLKEM768. */
    private static Answer withX25519(Answer hybrid) {
        return new Answer(hybrid.cipherSuite(), Tls.X25519, hybrid.extensions(),
                SERVER_HELLO + VERSIONS_EXTENSION + X25519_EXTENSION, hybrid.changeCipherSpecAt(), hybrid.flights());
    }

    /**
     * For a site that has never answered: C's range and variation, and the groups of today's servers, since a client that
     * offers X25519MLKEM768 and does not get it stands out.
     *
     * @param draw 0..1119
     */
    static SiteSighting drawn(String domain, int draw, long now) {
        int length = DRAWN_MIN + Objects.checkIndex(draw, DRAWN_RANGE);
        List<Flight> flights = List.of(new Flight(2, List.of(length)), new Flight(1, List.of(length - 1)),
                new Flight(1, List.of(length + 1)));
        List<Integer> extensions = List.of(Tls.KEY_SHARE, Tls.SUPPORTED_VERSIONS);
        int before = SERVER_HELLO + VERSIONS_EXTENSION;
        return new SiteSighting(domain, Origin.DRAWN, now, 0,
                new Answer(0, Tls.X25519_MLKEM768, extensions, before + HYBRID_EXTENSION, 1, flights),
                new Answer(0, Tls.X25519, extensions, before + X25519_EXTENSION, 1, flights));
    }
}
