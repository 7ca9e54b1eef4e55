package io.mtproxy.proxy.front;

import io.mtproxy.wire.crypto.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Sightings in files of a directory, one for each domain, replaced as a whole. Any thread, any process. */
final class SightingStore {
    private static final int LONGEST_NAME = 200;

    private final Path directory;

    /** @param directory existing, of ours */
    SightingStore(Path directory) {
        this.directory = directory;
    }

    /**
     * Reads what is known of a domain.
     *
     * @return null when there is nothing
     * @throws IOException with a message for the log, when what is there cannot be used
     */
    @Nullable
    SiteSighting load(String domain) throws IOException {
        Path file = file(domain);
        try {
            // no link, no pipe, no device: who may write here may not make us wait or read something else
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isRegularFile()) {
                throw new IOException(file + " is not a regular file");
            }
            return SightingText.read(text(file), domain);
        } catch (NoSuchFileException e) {
            return null;
        } catch (SightingText.Malformed e) {
            throw new IOException(file + ": " + e.getMessage());
        }
    }

    private static String text(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            byte[] bytes = in.readNBytes(SightingText.MAX_LENGTH + 1);
            if (bytes.length > SightingText.MAX_LENGTH) {
                throw new IOException(file + " is longer than " + SightingText.MAX_LENGTH + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** Replaces what is known of the domain: readers see the old text or the new one, also after a crash. */
    void save(SiteSighting sighting) throws IOException {
        Path temporary = Files.createTempFile(directory, "site-", ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(SightingText.write(sighting).getBytes(StandardCharsets.US_ASCII));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file(sighting.domain()), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    Path file(String domain) {
        String name = Domains.escape(domain);
        if (name.length() > LONGEST_NAME) {
            name = HexFormat.of().formatHex(Digests.sha256(name.getBytes(StandardCharsets.US_ASCII)));
        }
        return directory.resolve("site-" + name + ".txt");
    }
}
