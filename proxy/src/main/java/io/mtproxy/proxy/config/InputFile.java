package io.mtproxy.proxy.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reading of small input files, with the reasons of failure in the words of C's {@code strerror}. */
final class InputFile {
    private static final String ABSENT = "No such file or directory";
    private static final int FIRST_READ = 8192;

    private InputFile() {}

    /** A file that could not be read; the message is the reason. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean opened;

        Unreadable(boolean opened, String reason) {
            super(reason, null, false, false);
            this.opened = opened;
        }

        /** True when the file could be opened, and reading failed. */
        boolean opened() {
            return opened;
        }

        String reason() {
            String reason = getMessage();
            return reason == null ? "" : reason;
        }
    }

    /** The first {@code limit} bytes of a file, all of them when it is shorter. */
    static byte[] read(String name, int limit) throws Unreadable {
        try (SeekableByteChannel channel = open(name)) {
            return drain(channel, limit);
        } catch (IOException e) {
            throw new Unreadable(true, reason(e));
        }
    }

    private static SeekableByteChannel open(String name) throws Unreadable {
        if (name.isEmpty()) {
            throw new Unreadable(false, ABSENT); // Path.of("") would be the working directory
        }
        try {
            return Files.newByteChannel(Path.of(name));
        } catch (InvalidPathException e) {
            throw new Unreadable(false, ABSENT);
        } catch (IOException e) {
            throw new Unreadable(false, reason(e));
        }
    }

    private static byte[] drain(SeekableByteChannel channel, int limit) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.min(limit, FIRST_READ));
        while (channel.read(buffer) >= 0) {
            if (!buffer.hasRemaining()) {
                if (buffer.capacity() == limit) {
                    break;
                }
                buffer = ByteBuffer.allocate((int) Math.min(limit, buffer.capacity() * 4L)).put(buffer.flip());
            }
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return ABSENT;
        }
        if (e instanceof AccessDeniedException) {
            return "Permission denied";
        }
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return reason == null ? e.toString() : reason;
    }
}
