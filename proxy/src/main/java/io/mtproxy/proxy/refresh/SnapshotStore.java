package io.mtproxy.proxy.refresh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The last good config and secret in files of a directory, for the next start and for worker processes; each is replaced as a
 * whole. Any thread, any process.
 */
public final class SnapshotStore {
    private static final int LONGEST = 4 << 20;

    private final Path directory;
    private final @Nullable String owner;

    /**
     * @param directory existing, of ours
     * @param owner     whom files are given to, when root writes them for the user that it is going to become; else null
     */
    public SnapshotStore(Path directory, @Nullable String owner) {
        this.directory = directory;
        this.owner = owner;
    }

    /** Where the config of this life is, once it was fetched. */
    public Path config() {
        return directory.resolve("refresh-config");
    }

    /** Where that of an earlier life may be. */
    public Path earlierConfig() {
        return directory.resolve("refresh-config.earlier");
    }

    /** Where the secret is. */
    public Path secret() {
        return directory.resolve("refresh-secret");
    }

    /** The config of this life; null when there is none yet. */
    public @Nullable Path current() {
        return isFile(config()) ? config() : null;
    }

    /** The newest config of any life; null when there is none. */
    public @Nullable Path newest() {
        Path current = current();
        if (current != null) {
            return current;
        }
        return isFile(earlierConfig()) ? earlierConfig() : null;
    }

    /** A life begins that has a config from somewhere else. */
    public void setAside() throws IOException {
        if (isFile(config())) {
            Files.move(config(), earlierConfig(), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /**
     * The secret.
     *
     * @return null when there is none
     * @throws IOException with a message for the log, when what is there cannot be used
     */
    public byte @Nullable [] readSecret() throws IOException {
        return read(secret());
    }

    /** Replaces what differs. */
    void save(byte[] config, byte @Nullable [] secret) throws IOException {
        // the secret first: whoever sees the new config finds the secret that belongs to it
        if (secret != null) {
            save(secret(), secret);
        }
        save(config(), config);
    }

    /** Readers see the old content or the new one, also after a crash. */
    private void save(Path file, byte[] content) throws IOException {
        if (holds(file, content)) {
            return;
        }
        Path temporary = Files.createTempFile(directory, "refresh-", ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            give(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
        flushDirectory();
    }

    private void give(Path file) throws IOException {
        if (owner != null) {
            // the directory is that user's: nothing in it may lead root elsewhere
            Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS).setOwner(
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner));
        }
    }

    /** So that the new name outlives a power failure; where a directory cannot be opened it may be the old one. */
    private void flushDirectory() {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // either content is whole
        }
    }

    private static boolean holds(Path file, byte[] content) {
        try {
            return Arrays.equals(read(file), content);
        } catch (IOException e) {
            return false;
        }
    }

    private static byte @Nullable [] read(Path file) throws IOException {
        try {
            // no link, no pipe, no device: who may write here may not make us wait or read something else
            if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isRegularFile()) {
                throw new IOException(file + " is not a regular file");
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return in.readNBytes(LONGEST);
            }
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }
}
