package io.mtproxy.proxy.app;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.log.LogStream;
import io.mtproxy.proxy.os.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the {@link Control control socket} is: the same places that {@code mtproxyctl} looks at. */
final class ControlDirectory {
    private static final Path SYSTEM = Path.of("/run/mtproxy");
    private static final FileAttribute<?> PRIVATE = PosixFilePermissions
            .asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private ControlDirectory() {}

    /** Root makes the usual place for the user that the daemon becomes, so that root's {@code mtproxyctl} finds it. */
    static void prepare(UnaryOperator<@Nullable String> environment, String user) {
        if (Users.root() && candidates(environment).contains(SYSTEM) && !Files.exists(SYSTEM, NOFOLLOW_LINKS)) {
            try {
                Files.createDirectory(SYSTEM, PRIVATE);
                Files.setOwner(SYSTEM,
                        SYSTEM.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
            } catch (IOException e) {
                // then another place is found, or the start is going to say that there is no such user
            }
        }
    }

    /** The first that can be used, made when it is missing; null when none can. Only $MTPROXY_CONTROL_DIR when that is set. */
    static @Nullable Path choose(UnaryOperator<@Nullable String> environment, Log log) {
        boolean given = given(environment) != null;
        for (Path candidate : candidates(environment)) {
            try {
                if (!Files.exists(candidate, NOFOLLOW_LINKS)) {
                    Files.createDirectories(candidate, PRIVATE);
                }
                if (given ? Files.isDirectory(candidate) && Files.isWritable(candidate) : ours(candidate)) {
                    return candidate;
                }
                log.line(1, candidate + " is not used for the control socket: expected a directory that is ours alone");
            } catch (IOException e) {
                log.line(1, "cannot use " + candidate + " for the control socket: " + LogStream.reason(e));
            }
        }
        return null;
    }

    /** Anybody may make something of that name in /tmp. */
    private static boolean ours(Path directory) throws IOException {
        return Files.isDirectory(directory, NOFOLLOW_LINKS)
                && Integer.valueOf(Users.uid()).equals(Files.getAttribute(directory, "unix:uid", NOFOLLOW_LINKS))
                && Collections.disjoint(Files.getPosixFilePermissions(directory, NOFOLLOW_LINKS),
                        Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE))
                && Files.isWritable(directory);
    }

    private static @Nullable String given(UnaryOperator<@Nullable String> environment) {
        String own = environment.apply("MTPROXY_CONTROL_DIR");
        return own == null || own.isEmpty() ? null : own;
    }

    static List<Path> candidates(UnaryOperator<@Nullable String> environment) {
        String own = given(environment);
        if (own != null) {
            return List.of(Path.of(own));
        }
        List<Path> candidates = new ArrayList<>();
        String service = environment.apply("RUNTIME_DIRECTORY");
        if (service != null && service.startsWith("/")) {
            candidates.add(Path.of(service.replaceFirst(":.*", "")));
        }
        String session = environment.apply("XDG_RUNTIME_DIR");
        if (session != null && session.startsWith("/")) {
            candidates.add(Path.of(session, "mtproxy"));
        }
        candidates.add(SYSTEM);
        candidates.add(Path.of("/tmp/mtproxy-" + Users.uid()));
        return candidates;
    }
}
