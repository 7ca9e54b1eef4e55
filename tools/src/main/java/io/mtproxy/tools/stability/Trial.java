package io.mtproxy.tools.stability;

import java.io.IOException;
import java.util.List;

/** One thing that happens to the proxy. Leaves no client behind. */
interface Trial {
    /** As it stands in the table. */
    String name();

    /** Does it, and says what was measured. */
    List<Guard> run(Stage stage) throws IOException, InterruptedException;
}
