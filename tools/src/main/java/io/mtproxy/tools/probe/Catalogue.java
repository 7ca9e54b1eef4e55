package io.mtproxy.tools.probe;

import java.util.List;
import java.util.stream.Stream;

/** All that is tried. */
final class Catalogue {

    private Catalogue() {}

    /** @param secret whether the prober knows the proxy's secret; some probes need it */
    static List<Probe> probes(boolean secret) {
        Stream<List<Probe>> groups = Stream.of(ForeignHellos.shapes(), ForeignHellos.names(), ForeignHellos.followed(),
                BrokenRecords.hellos(), BrokenRecords.pieces(), BrokenRecords.records(), OtherProtocols.texts(),
                OtherProtocols.binaries(), OtherProtocols.noises(), RealClients.all(),
                secret ? OurHellos.all() : List.<Probe>of());
        return groups.flatMap(List::stream).toList();
    }
}
