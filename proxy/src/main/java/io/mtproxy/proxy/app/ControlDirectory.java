package io.mtproxy.proxy.app;

import io.mtproxy.proxy.log.Log;
import io.mtproxy.proxy.log.LogStream;
import io.mtproxy.proxy.os.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the {@link Control control socket} is: the same places that {@code mtproxyctl} looks at. */
final class ControlDirectory {
    private ControlDirectory() {}

    /** The first that can be used, made when it is missing; null when none can. Only $MTPROXY_CONTROL_DIR when that is set. */
    static @Nullable Path choose(UnaryOperator<@Nullable String> environment, Log log) {
        for (Path candidate : candidates(environment)) {
            try {
                if (!Files.isDirectory(candidate)) {
                    Files.createDirectories(candidate,
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                }
                if (Files.isWritable(candidate)) {
                    return candidate;
                }
            } catch (IOException e) {
                log.line(1, "cannot use " + candidate + " for the control socket: " + LogStream.reason(e));
            }
        }
        return null;
    }

    static List<Path> candidates(UnaryOperator<@Nullable String> environment) {
        String own = environment.apply("MTPROXY_CONTROL_DIR");
        if (own != null && !own.isEmpty()) {
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
        candidates.add(Path.of("/run/mtproxy"));
        candidates.add(Path.of("/tmp/mtproxy-" + Users.uid()));
        return candidates;
    }
}
