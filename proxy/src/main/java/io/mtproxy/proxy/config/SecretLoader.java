package io.mtproxy.proxy.config;

import io.mtproxy.proxy.config.Refusal.Line;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects client secrets in the order in which they are met. Not thread-safe. */
public final class SecretLoader {
    /** C: MAX_MTFRONT_SECRETS. */
    public static final int MAX_SECRETS = 128;
    /** Bytes of a secret or a proxy tag. */
    public static final int LENGTH = 16;

    private static final String OPTION = "--mtproto-secret";
    private static final int MAX_FILE = 64 << 20;
    private static final Charset NATIVE = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private final List<byte[]> secrets = new ArrayList<>();
    private final List<SecretSource> sources = new ArrayList<>();

    /** Adds a secret of the command line. */
    public void given(String hex) throws Refusal {
        byte[] secret = decode(OPTION, hex, bytesOf(hex));
        add(secret);
        sources.add(new SecretSource.Given(secret));
    }

    /**
     * Adds all secrets of a file: separated by commas and white space, {@code #} starts a comment, a NUL byte ends the text
     * of its line.
     */
    public void file(String path) throws Refusal {
        text(path, read(path));
    }

    /** The same with what the file holds. */
    void text(String path, byte[] text) throws Refusal {
        int before = secrets.size();
        int line = 0;
        for (int start = 0; start < text.length;) {
            int end = indexOf(text, (byte) '\n', start, text.length);
            line++;
            tokens(path, line, text, start, Math.min(indexOf(text, (byte) 0, start, end),
                    indexOf(text, (byte) '#', start, end)));
            start = end + 1;
        }
        if (secrets.size() == before) {
            throw Refusal.withUsage(Line.log("mtproto secret file '" + path + "' does not contain secrets"));
        }
        sources.add(new SecretSource.FromFile(path));
    }

    /** Secrets so far, 16 bytes each. */
    public List<byte[]> secrets() {
        return List.copyOf(secrets);
    }

    /** Where they came from. */
    public List<SecretSource> sources() {
        return List.copyOf(sources);
    }

    /** Reads all sources again, as a reload does. */
    public static List<byte[]> load(List<SecretSource> sources) throws Refusal {
        SecretLoader loader = new SecretLoader();
        for (SecretSource source : sources) {
            switch (source) {
                case SecretSource.Given given -> loader.add(given.secret());
                case SecretSource.FromFile file -> loader.file(file.path());
            }
        }
        return loader.secrets();
    }

    /**
     * Decodes the value of an option that wants a secret.
     *
     * @param option its name as in the messages
     */
    public static byte[] decode(String option, String hex) throws Refusal {
        return decode(option, hex, bytesOf(hex));
    }

    private static byte[] decode(String option, String hex, int bytes) throws Refusal {
        String complaint = option + " option requires exactly 32 hex digits";
        if (bytes != 2 * LENGTH) {
            throw Refusal.withUsage(Line.log(complaint));
        }
        byte[] decoded = new byte[LENGTH];
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw Refusal.withUsage(Line.log(complaint + ". '" + c + "' is not hexdigit"));
            }
            decoded[i / 2] = (byte) (decoded[i / 2] << 4 | digit);
        }
        return decoded;
    }

    private void tokens(String path, int line, byte[] text, int from, int to) throws Refusal {
        int start = from;
        for (int i = from; i <= to; i++) {
            if (i == to || separates(text[i])) {
                if (i > start) {
                    token(path, line, new String(text, start, i - start, StandardCharsets.ISO_8859_1));
                }
                start = i + 1;
            }
        }
    }

    private void token(String path, int line, String token) throws Refusal {
        byte[] secret;
        try {
            secret = decode(OPTION, token, token.length());
        } catch (Refusal e) {
            throw Refusal.withUsage(e.lines().getFirst(),
                    Line.log("failed to parse mtproto secret from '" + path + "' at line " + line));
        }
        add(secret);
    }

    private void add(byte[] secret) throws Refusal {
        if (secrets.size() >= MAX_SECRETS) {
            throw Refusal.withUsage(Line
                    .log("too many mtproto secrets: " + (secrets.size() + 1) + " (max " + MAX_SECRETS + ")"));
        }
        secrets.add(secret);
    }

    private static byte[] read(String path) throws Refusal {
        try {
            return InputFile.read(path, MAX_FILE);
        } catch (InputFile.Unreadable e) {
            String what = e.opened() ? "failed to read" : "cannot open";
            throw Refusal.withUsage(Line.log(what + " mtproto secret file '" + path + "': " + e.reason()));
        }
    }

    /** Length of a word of the command line in bytes, which is what C counts. */
    private static int bytesOf(String word) {
        return word.getBytes(NATIVE).length;
    }

    private static boolean separates(byte b) {
        return b == ',' || b == ' ' || b == '\t' || b == '\r';
    }

    private static int indexOf(byte[] text, byte b, int from, int to) {
        int i = from;
        while (i < to && text[i] != b) {
            i++;
        }
        return i;
    }
}
