package io.mtproxy.proxy.os;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Who we are, and becoming somebody else. Changes hold for all threads of the process. */
public final class Users {
    /** struct passwd: two pointers, then uid and gid; the same in glibc, musl and macOS on 64-bit machines. */
    private static final long UID_OFFSET = 16;
    private static final long GID_OFFSET = 20;

    private Users() {}

    /** A row of the user database. */
    public record User(String name, int uid, int gid) {}

    /** Real user id of this process. */
    public static int uid() {
        String field = ProcSelf.field(ProcSelf.read("status"), "Uid:");
        return field != null ? Integer.parseInt(ProcSelf.word(field, 0)) : Libc.call("getuid", 0, 0, 0).value();
    }

    /** Whether this process runs as root, by its real or its effective user id. */
    public static boolean root() {
        String ids = ProcSelf.field(ProcSelf.read("status"), "Uid:");
        if (ids != null) {
            return ProcSelf.word(ids, 0).equals("0") || ProcSelf.word(ids, 1).equals("0");
        }
        return uid() == 0 || Libc.call("geteuid", 0, 0, 0).value() == 0;
    }

    /** Looks a user up by name: in /etc/passwd first, then wherever the system knows users from. */
    public static @Nullable User find(String name) {
        User local = inPasswd(name);
        return local != null ? local : bySystem(name);
    }

    /**
     * Becomes a user: one supplementary group, his own, then group and user. Does nothing when we are him already.
     *
     * @throws OsException with C's text for the step that failed
     */
    public static void become(User user) throws OsException {
        if (isAlready(user)) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment gid = arena.allocateFrom(ValueLayout.JAVA_INT, user.gid());
            Libc.Result groups = Libc.call("setgroups", 1, gid.address(), 0);
            if (groups.failed()) {
                throw new OsException("failed to clear supplementary groups list: " + Libc.strerror(groups.errno()));
            }
        }
        Libc.Result group = Libc.call("setgid", user.gid(), 0, 0);
        if (group.failed()) {
            throw new OsException("setgid (" + user.gid() + ") failed. " + Libc.strerror(group.errno()));
        }
        if (Libc.call("setuid", user.uid(), 0, 0).failed()) {
            throw new OsException("failed to assume identity of user " + user.name());
        }
    }

    private static boolean isAlready(User user) {
        String status = ProcSelf.read("status");
        String groups = ProcSelf.field(status, "Groups:");
        boolean alone = groups != null && (groups.isEmpty() || groups.equals(Integer.toString(user.gid())));
        return alone && allAre(ProcSelf.field(status, "Uid:"), user.uid())
                && allAre(ProcSelf.field(status, "Gid:"), user.gid());
    }

    /** Real, effective, saved and file system id. */
    private static boolean allAre(@Nullable String ids, int id) {
        String wanted = Integer.toUnsignedString(id);
        for (int i = 0; i < 4; i++) {
            if (ids == null || !ProcSelf.word(ids, i).equals(wanted)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable User inPasswd(String name) {
        String text;
        try {
            text = new String(Files.readAllBytes(Path.of("/etc/passwd")), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
        String row = name.isEmpty() ? null : ProcSelf.field(text, name + ":");
        if (row == null) {
            return null;
        }
        int uid = row.indexOf(':') + 1;
        int gid = row.indexOf(':', uid) + 1;
        int end = row.indexOf(':', gid);
        return uid > 0 && gid > 0 && end > 0 ? user(name, row.substring(uid, gid - 1), row.substring(gid, end)) : null;
    }

    private static @Nullable User user(String name, String uid, String gid) {
        try {
            return new User(name, Integer.parseUnsignedInt(uid), Integer.parseUnsignedInt(gid));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @SuppressWarnings("restricted")
    private static @Nullable User bySystem(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long found = Libc.call("getpwnam", arena.allocateFrom(name).address(), 0, 0).word();
            if (found == 0) {
                return null;
            }
            MemorySegment row = MemorySegment.ofAddress(found).reinterpret(GID_OFFSET + Integer.BYTES);
            return new User(name, row.get(ValueLayout.JAVA_INT, UID_OFFSET), row.get(ValueLayout.JAVA_INT, GID_OFFSET));
        }
    }
}
