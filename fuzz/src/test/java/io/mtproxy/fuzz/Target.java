package io.mtproxy.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A fuzz target of {@code targets.txt}: a class with {@code public static void fuzzerTestOneInput(byte[])}, as Jazzer wants
 * it. It throws what is a finding.
 *
 * @param type full name of the class
 * @param maxLength bytes of its longest input
 */
public record Target(String type, int maxLength) {
    private static final String LIST = "/targets.txt";

    /** All targets, in the order of the list. */
    public static List<Target> all() {
        return resource(LIST).lines().filter(line -> !line.startsWith("#")).map(Target::parse).toList();
    }

    private static Target parse(String line) {
        String[] words = line.split(" ", -1);
        return new Target(words[0], Integer.parseInt(words[1]));
    }

    /** The class's name without its package. */
    public String name() {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** Its stored inputs. */
    public List<Seeds.Seed> seeds() {
        return Seeds.parse(resource("/seeds/" + name() + ".txt"));
    }

    /** Gives it one input. */
    public void run(byte[] input) throws Throwable {
        Method method = Class.forName(type).getMethod("fuzzerTestOneInput", byte[].class);
        try {
            method.invoke(null, (Object) input);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String resource(String name) {
        try (InputStream in = Target.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name();
    }
}
