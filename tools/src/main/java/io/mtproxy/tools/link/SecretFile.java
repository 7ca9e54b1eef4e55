package io.mtproxy.tools.link;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** A file of secrets as the daemon's {@code --mtproto-secret-file} reads it: separated by commas and blanks, # comments. */
public final class SecretFile {

    private static final String SEPARATORS = "[,\\s]+";

    private SecretFile() {}

    /**
     * The secrets in a file.
     *
     * @throws IOException naming the line of the first bad one, or saying that there is none
     */
    public static List<ProxySecret> read(Path file) throws IOException {
        List<ProxySecret> secrets = new ArrayList<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int comment = line.indexOf('#');
            for (String token : (comment < 0 ? line : line.substring(0, comment)).split(SEPARATORS, 0)) {
                if (!token.isEmpty()) {
                    secrets.add(parse(token, file, i + 1));
                }
            }
        }
        if (secrets.isEmpty()) {
            throw new IOException(file + " has no secret in it");
        }
        return secrets;
    }

    /**
     * Writes a new file that only its owner can read, and the folders above it.
     *
     * @return what was made: the file, and upwards from it the folders
     */
    public static List<Path> create(Path file, ProxySecret secret) throws IOException {
        List<Path> made = new ArrayList<>(List.of(file));
        Path folder = file.toAbsolutePath().getParent();
        for (Path missing = folder; missing != null && Files.notExists(missing); missing = missing.getParent()) {
            made.add(missing);
        }
        if (folder != null && made.size() > 1) {
            Files.createDirectories(folder,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, secret.plain() + "\n", StandardOpenOption.WRITE);
        return List.copyOf(made);
    }

    private static ProxySecret parse(String token, Path file, int line) throws IOException {
        ProxySecret secret;
        try {
            secret = ProxySecret.parse(token);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " line " + line + ": " + e.getMessage(), e);
        }
        if (secret.paddedOnly()) {
            throw new IOException(
                    file + " line " + line + ": the daemon takes secrets of 32 hex digits, without dd or ee");
        }
        return secret;
    }
}
