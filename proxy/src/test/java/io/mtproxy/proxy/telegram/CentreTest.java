package io.mtproxy.proxy.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import io.mtproxy.proxy.events.Event;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CentreTest {
    private static final long START = Long.MAX_VALUE - 5; // nanoTime may overflow
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Event> events = new ArrayList<>();
    private final Centre centre = new Centre(2, List.of(address(1), address(2), address(3)), events::add);

    private static InetSocketAddress address(int last) {
        return new InetSocketAddress("127.0.0." + last, 443);
    }

    private List<String> order(long now) {
        return List.of(centre.order(now)).stream().map(Centre.Address::toString).toList();
    }

    @Test
    void triesThemAsTheTableHasThem() {
        assertThat(order(START)).containsExactly("127.0.0.1:443", "127.0.0.2:443", "127.0.0.3:443");
    }

    @Test
    void oneThatFailedComesLastForASecondThenForTwo() {
        Centre.Address first = centre.order(START)[0];
        first.failed("refused", START);
        assertThat(order(START)).containsExactly("127.0.0.2:443", "127.0.0.3:443", "127.0.0.1:443");
        assertThat(order(START + SECOND)).first().isEqualTo("127.0.0.1:443");
        first.failed("refused", START + SECOND);
        assertThat(order(START + 3 * SECOND - 1)).last().isEqualTo("127.0.0.1:443");
        assertThat(order(START + 3 * SECOND)).first().isEqualTo("127.0.0.1:443");
    }

    @Test
    void restsNoLongerThanAboutAMinute() {
        Centre.Address first = centre.order(START)[0];
        for (int i = 0; i < 100; i++) {
            first.failed("refused", START);
        }
        assertThat(order(START + 64 * SECOND)).first().isEqualTo("127.0.0.1:443");
    }

    @Test
    void allAreTriedAlsoWhenAllRestTheOneFirstWhoseRestEndsFirst() {
        Centre.Address[] all = centre.order(START);
        all[0].failed("refused", START + 20);
        all[1].failed("refused", START + 10);
        all[2].failed("refused", START + 30);
        assertThat(order(START + 40)).containsExactly("127.0.0.2:443", "127.0.0.1:443", "127.0.0.3:443");
    }

    @Test
    void tellsChangesOnly() {
        Centre.Address first = centre.order(START)[0];
        first.reached();
        first.failed("refused", START);
        first.failed("timed out", START);
        first.reached();
        first.reached();
        assertThat(events).containsExactly(new Event.CentreAddress(2, "127.0.0.1:443", false, "refused"),
                new Event.CentreAddress(2, "127.0.0.1:443", true, ""));
        events.clear();
        centre.unreachable("a");
        centre.unreachable("b");
        centre.reached();
        centre.reached();
        assertThat(events).containsExactly(new Event.CentreUnreachable(2, "a"), new Event.Reachable(2));
    }

    @Test
    void addressesOfTheNewKindAreInBrackets() {
        Centre six = new Centre(1, List.of(new InetSocketAddress("::1", 8443)), events::add);
        assertThat(six.order(0)[0]).hasToString("[0:0:0:0:0:0:0:1]:8443");
    }
}
