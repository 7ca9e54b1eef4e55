package io.mtproxy.tools.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Whose sockets we speak to: what is said there decides what an operator believes. */
final class Ownership {

    private static final int ROOT = 0;

    private Ownership() {}

    /** The id of our user. */
    static int ours() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"); // a link that is root's
    }

    /** Of a file, and not of what it leads to when it is a link: anybody can make one to a socket of root. */
    private static int of(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    /** @throws IOException when the socket is not to be trusted */
    static void check(Path socket) throws IOException {
        Path folder = socket.toAbsolutePath().getParent();
        int owner = of(socket);
        int us = ours();
        if (!trusted(owner, us, folder == null || open(folder) ? ROOT : of(folder))) {
            throw new IOException(
                    socket + ": belongs to user " + Files.getOwner(socket, LinkOption.NOFOLLOW_LINKS).getName()
                            + " (expected: root or user " + us + ")");
        }
    }

    /**
     * Root, us, and for root also whom the folder was given to: the user that a daemon becomes.
     *
     * @param holder owner of the folder, or root when anybody could have made it
     */
    static boolean trusted(int owner, int us, int holder) {
        return owner == ROOT || owner == us || (us == ROOT && owner == holder);
    }

    /** Could anybody have made this folder? */
    private static boolean open(Path folder) throws IOException {
        Path parent = folder.getParent();
        return parent != null && Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_WRITE);
    }
}
