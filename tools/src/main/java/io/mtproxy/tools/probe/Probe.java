package io.mtproxy.tools.probe;

import java.io.IOException;
import java.util.List;

/**
 * Something that a censor could try.
 *
 * @param name short, unique
 * @param script makes the steps of one round; site and proxy get the same
 */
record Probe(String name, Script script) {

    /** May talk to the proxy before the round, see {@link Material#accept}. */
    @FunctionalInterface
    interface Script {
        List<Step> make(Material material) throws IOException;
    }

    /** One that sends bytes and waits for what comes of it. */
    static Probe sending(String name, Bytes bytes) {
        return new Probe(name, material -> List.of(new Step.Send(bytes.make(material))));
    }

    /** One that sends bytes and, when it has an answer or none is to be expected, FIN. */
    static Probe closing(String name, Bytes bytes) {
        return new Probe(name, material -> List.of(new Step.Send(bytes.make(material)), new Step.HalfClose()));
    }

    /** One that sends bytes, reads the answer to them, and then sends FIN. */
    static Probe answered(String name, Bytes bytes) {
        return new Probe(name,
                material -> List.of(new Step.Send(bytes.make(material)), new Step.AwaitAnswer(), new Step.HalfClose()));
    }

    /** What is sent. */
    @FunctionalInterface
    interface Bytes {
        byte[] make(Material material) throws IOException;
    }
}
