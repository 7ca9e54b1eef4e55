package io.mtproxy.proxy.config;

import io.mtproxy.proxy.config.Refusal.Line;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Telegram's shared secret, {@code --aes-pwd}: the raw content of a file.
 *
 * @param secret 32..256 bytes; null when the default file is absent
 * @param md5 32 lower-case hex digits, or {@code none}
 */
public record PasswordFile(byte @Nullable [] secret, String md5) {
    private static final String DEFAULT = "secret";
    private static final int MIN = 32;
    private static final int MAX = 256;
    private static final int MAX_READ = 16384;

    /** What stands for the file where none is needed. */
    public static final PasswordFile NONE = new PasswordFile(null, "none");

    /** Takes lines that only a curious operator wants. */
    public interface Details {
        void detail(String line);
    }

    /**
     * Reads the secret.
     *
     * @param path null = the file {@code secret} of the working directory, which may be absent
     * @param details takes lines of verbosity 1
     */
    public static PasswordFile load(@Nullable String path, Details details) throws Refusal {
        String name = path == null ? DEFAULT : path;
        byte[] secret;
        try {
            secret = InputFile.read(name, MAX_READ + 1);
        } catch (InputFile.Unreadable e) {
            details.detail(
                    (e.opened() ? "error reading" : "cannot open") + " password file " + name + ": " + e.reason());
            if (path == null && !e.opened()) {
                return NONE;
            }
            throw refused(path);
        }
        return of(path, secret, details);
    }

    /** Whether there is a file to read without a path. */
    public static boolean defaultExists() {
        return Files.exists(Path.of(DEFAULT));
    }

    /** The same with what the file holds. */
    public static PasswordFile of(@Nullable String path, byte[] secret, Details details) throws Refusal {
        String name = path == null ? DEFAULT : path;
        details.detail("loaded " + secret.length + " bytes from password file " + name);
        if (secret.length < MIN || secret.length > MAX) {
            details.detail("secret file " + name + " too long or too short: loaded " + secret.length
                    + " bytes, expected " + MIN + ".." + MAX);
            throw refused(path);
        }
        return new PasswordFile(secret, md5(secret));
    }

    /** MD5 in lower-case hex digits. */
    static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }

    private static Refusal refused(@Nullable String path) {
        String shown = path == null ? "(null)" : path;
        return Refusal.exit(1, Line.log("fatal: cannot load secret definition file `" + shown + "'"));
    }
}
