package io.mtproxy.tools.cli;

import io.mtproxy.tools.acceptance.Program;
import io.mtproxy.tools.acceptance.Role;
import io.mtproxy.tools.link.ProxySecret;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** How values stand on the command line. */
final class Converters {

    private static final int MAX_PORT = 65_535;

    private Converters() {}

    /** host:port, or [ipv6]:port. */
    static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new TypeConversionException("'" + text + "' (expected: HOST:PORT)");
        }
        return new InetSocketAddress(host, port(text.substring(colon + 1), 0));
    }

    private static int port(String text, int min) {
        try {
            int port = Integer.parseInt(text);
            if (port >= min && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new TypeConversionException("port '" + text + "' (expected: " + min + ".." + MAX_PORT + ")");
    }

    static ProxySecret secret(String text) {
        try {
            return ProxySecret.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }

    /** A program to be started; wrong usage when there is none. */
    static Program program(CommandSpec spec, Role role, Path executable) {
        try {
            return new Program(role, executable);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** A port to listen on, which others have to find. */
    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return port(text, 1);
        }
    }

    /** A span of time that may be none. */
    static final class Seconds implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                int seconds = Integer.parseInt(text);
                if (seconds >= 0) {
                    return seconds;
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("'" + text + "' (expected: a number of seconds, 0 or more)");
        }
    }

    /** What @MTProxybot gives for a channel: 16 bytes in hex. */
    static final class Tag implements ITypeConverter<String> {
        private static final int DIGITS = 32;

        @Override
        public String convert(String text) {
            if (text.length() == DIGITS && text.chars().allMatch(HexFormat::isHexDigit)) {
                return text;
            }
            throw new TypeConversionException("'" + text + "' (expected: " + DIGITS + " hex digits)");
        }
    }

    /** A number of bytes: 4096, 64K, 16M, 1G. */
    static final class Bytes implements ITypeConverter<Long> {
        private static final String UNITS = "KMG";

        @Override
        public Long convert(String text) {
            String upper = text.toUpperCase(Locale.ROOT);
            int unit = upper.isEmpty() ? -1 : UNITS.indexOf(upper.charAt(upper.length() - 1));
            String number = unit < 0 ? upper : upper.substring(0, upper.length() - 1);
            try {
                long value = Math.multiplyExact(Long.parseLong(number), 1L << (10 * (unit + 1)));
                if (value >= 0) {
                    return value;
                }
            } catch (NumberFormatException | ArithmeticException e) {
                // said below
            }
            throw new TypeConversionException("'" + text + "' (expected: a number of bytes as 4096, 64K, 16M or 1G)");
        }
    }

    /** Sizes of requests: 256, or 16-4096. */
    record Range(int min, int max) {

        static final class Converter implements ITypeConverter<Range> {
            @Override
            public Range convert(String text) {
                String[] ends = text.split("-", 2);
                try {
                    return new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
                } catch (NumberFormatException e) {
                    throw new TypeConversionException(
                            "'" + text + "' (expected: a size as 256, or a range as 16-4096)");
                }
            }
        }
    }
}
