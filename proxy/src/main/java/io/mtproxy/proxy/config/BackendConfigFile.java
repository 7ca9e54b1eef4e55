package io.mtproxy.proxy.config;

import io.mtproxy.proxy.config.Refusal.Line;

/** Loads the backend config file, with C's lines for everything that can be wrong with it. */
public final class BackendConfigFile {
    private static final int MAX_BYTES = 16 << 20;

    private BackendConfigFile() {}

    /**
     * Reads, checks and resolves the file.
     *
     * @param loadedAt unix time in seconds
     * @throws Refusal whose lines end with {@code config check failed!}; at start they end the program, at a reload the old
     *         configuration stays
     */
    public static BackendConfig load(String file, Resolver resolver, long loadedAt) throws Refusal {
        return parse(file, read(file), resolver, loadedAt);
    }

    /** The same with what the file holds. */
    public static BackendConfig parse(String file, byte[] bytes, Resolver resolver, long loadedAt) throws Refusal {
        try {
            return new BackendConfigParser(file, bytes, resolver).parse(bytes.length, PasswordFile.md5(bytes),
                    loadedAt);
        } catch (BackendConfigParser.SyntaxError e) {
            throw notApplied(file, -1, e.text());
        }
    }

    private static byte[] read(String file) throws Refusal {
        byte[] bytes;
        try {
            bytes = InputFile.read(file, MAX_BYTES + 1);
        } catch (InputFile.Unreadable e) {
            if (e.opened()) {
                throw notApplied(file, -2, "error reading configuration file " + file + ": " + e.reason());
            }
            throw Refusal.exit(1, Line.log("cannot re-read config file " + file + ": " + e.reason()), failed(-1));
        }
        if (bytes.length > MAX_BYTES) {
            throw notApplied(file, -2,
                    "configuration file " + file + " too long (max " + MAX_BYTES + " bytes)");
        }
        return bytes;
    }

    private static Refusal notApplied(String file, int code, String reason) {
        return Refusal.exit(-code, Line.bare(reason)).notApplied(file, code);
    }

    private static Line failed(int code) {
        return Line.bare("config check failed! (code " + code + ")");
    }
}
