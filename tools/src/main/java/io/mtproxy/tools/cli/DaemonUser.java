package io.mtproxy.tools.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.Optional;

/**
 * The user that a daemon started by root becomes, and whose rights it has when a SIGHUP makes it read files again.
 *
 * @param name for -u
 * @param principal as the file system knows it
 */
record DaemonUser(String name, UserPrincipal principal) {

    /** The daemon's own default, and the user that every machine has. */
    static final List<String> DEFAULTS = List.of("mtproxy", "nobody");

    /** Is this process root's, by its real or its effective user? The daemon asks the same. */
    static boolean root() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+(0|\\d+\\s+0)\\s.*"));
    }

    /** The first of these that exists. */
    static Optional<DaemonUser> firstOf(List<String> names) throws IOException {
        for (String name : names) {
            try {
                Path any = Path.of("/");
                return Optional.of(new DaemonUser(name,
                        any.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name)));
            } catch (UserPrincipalNotFoundException e) {
                // the next one
            }
        }
        return Optional.empty();
    }

    /** Makes it the owner. Never of what a link leads to: the user may have put the link there. */
    void own(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class,
                LinkOption.NOFOLLOW_LINKS);
        if (!view.getOwner().equals(principal)) {
            view.setOwner(principal);
        }
    }

    /** Would it be let to a file and into it? */
    boolean reads(Path file) throws IOException {
        Path real = file.toRealPath();
        boolean reads = may(real, PosixFilePermission.OWNER_READ, PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ);
        for (Path folder = real.getParent(); reads && folder != null; folder = folder.getParent()) {
            reads = may(folder, PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_EXECUTE);
        }
        return reads || name.equals("root");
    }

    /** The groups of a user are not known here: taken to be in all but root's, so that nothing good is complained about. */
    private boolean may(Path path, PosixFilePermission asOwner, PosixFilePermission inGroup,
            PosixFilePermission asOther)
            throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
        if (attributes.owner().equals(principal)) {
            return attributes.permissions().contains(asOwner);
        }
        boolean group = !attributes.group().getName().equals("root");
        return attributes.permissions().contains(asOther) || (group && attributes.permissions().contains(inGroup));
    }
}
