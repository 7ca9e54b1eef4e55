package io.mtproxy.tools.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CountersTest {

    private final Counters counters = new Counters();

    private List<String> falls() {
        long now = System.nanoTime();
        return counters.falls(now - Long.MAX_VALUE / 2, now + 1);
    }

    private static String page(String... lines) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + String.join("\n", lines).replace(' ', '\t') + "\n";
    }

    @Test
    void whatGrowsOrStaysDoesNotFall() {
        counters.read(page("tot_forwarded_queries 10", "dataplane_bytes_total 99999999999", "version mtproxy"), false);
        counters.read(page("tot_forwarded_queries 10", "dataplane_bytes_total 99999999999"), false);
        counters.read(page("tot_forwarded_queries 11", "dataplane_bytes_total 100000000000"), false);

        assertThat(falls()).isEmpty();
        assertThat(counters.size()).isEqualTo(2);
    }

    @Test
    void aFallIsToldOnce() {
        counters.read(page("tot_forwarded_queries 10"), false);
        counters.read(page("tot_forwarded_queries 9"), false);
        counters.read(page("tot_forwarded_queries 9"), false);

        assertThat(falls()).containsExactly("tot_forwarded_queries fell from 10.0 to 9.0");
    }

    @Test
    void aCounterThatNobodyKnowsIsWatched() {
        counters.read(page("brand_new_thing 7"), false);
        counters.read(page("brand_new_thing 6"), false);

        assertThat(falls()).singleElement().asString().startsWith("brand_new_thing");
    }

    @Test
    void whatIsNotToldAnyMoreHasFallen() {
        counters.read(page("closed_dc_2_client_left 3", "tot_forwarded_queries 1"), false);
        counters.read(page("tot_forwarded_queries 1"), false);

        assertThat(falls()).singleElement().asString().startsWith("closed_dc_2_client_left");
    }

    @Test
    void eachNumberOfALineCounts() {
        counters.read("tot_dh_rounds\t4 0 3\n", false);
        counters.read("tot_dh_rounds\t4 0 2\n", false);

        assertThat(falls()).containsExactly("tot_dh_rounds [2] fell from 3.0 to 2.0");
    }

    @Test
    void statesMayFall() {
        counters.read(page("pid 200", "ext_connections 9", "secret_1_active_auth_keys 4", "uptime 77"), false);
        counters.read(page("pid 100", "ext_connections 8", "secret_1_active_auth_keys 3", "uptime 0"), false);

        assertThat(falls()).isEmpty();
    }

    @Test
    void differencesAreComparedInQuietMomentsOnly() {
        counters.read(page("dataplane_sessions_closed 5"), true);
        counters.read(page("dataplane_sessions_closed 4"), false);
        assertThat(falls()).isEmpty();

        counters.read(page("dataplane_sessions_closed 4"), true);
        assertThat(falls()).hasSize(1);
    }

    @Test
    void fallsBelongToTheirTime() {
        counters.read(page("tot_forwarded_queries 2"), false);
        long before = System.nanoTime();
        counters.read(page("tot_forwarded_queries 1"), false);
        long after = System.nanoTime() + 1;

        assertThat(counters.falls(before, after)).hasSize(1);
        assertThat(counters.falls(after, after + 1)).isEmpty();
        assertThat(counters.falls(before - 1, before)).isEmpty();
    }
}
