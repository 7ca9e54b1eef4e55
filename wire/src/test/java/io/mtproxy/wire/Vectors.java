package io.mtproxy.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/** The recorded bytes of wire-vectors.json: most were sent or accepted by the C program. */
public final class Vectors {
    private static final JsonNode ROOT = load();

    private Vectors() {}

    /** One recorded case. */
    public record Vector(String id, JsonNode node) {
        public boolean has(String field) {
            return node.hasNonNull(field);
        }

        public byte[] hex(String field) {
            return bytes(text(field));
        }

        public String text(String field) {
            if (!has(field)) {
                throw new IllegalArgumentException(id + " has no " + field);
            }
            return node.get(field).asText();
        }

        public int number(String field) {
            String text = text(field);
            return text.startsWith("0x") ? Integer.parseUnsignedInt(text.substring(2), 16) : Integer.parseInt(text);
        }

        /** The address as the other side of a NAT sees it. */
        public byte[] translated(String field) {
            String address = text(field);
            for (JsonNode rule : node.path("nat")) {
                if (rule.get(0).asText().equals(address)) {
                    return address(rule.get(1).asText());
                }
            }
            return address(address);
        }

        @Override
        public String toString() {
            return id;
        }
    }

    public static Vector named(String id) {
        List<Vector> found = startingWith(id).stream().filter(v -> v.id().equals(id)).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " vectors named " + id + ", expected 1");
        }
        return found.getFirst();
    }

    public static List<Vector> startingWith(String prefix) {
        List<Vector> found = StreamSupport.stream(ROOT.get("vectors").spliterator(), false)
                .map(node -> new Vector(node.get("id").asText(), node)).filter(v -> v.id().startsWith(prefix)).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no vector named " + prefix + "...");
        }
        return found;
    }

    public static Vector constants() {
        return new Vector("constants", ROOT.get("constants"));
    }

    public static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] address(String literal) {
        try {
            return InetAddress.ofLiteral(literal).getAddress();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no address: " + literal, e);
        }
    }

    private static JsonNode load() {
        try (InputStream in = Vectors.class.getResourceAsStream("/wire-vectors.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
