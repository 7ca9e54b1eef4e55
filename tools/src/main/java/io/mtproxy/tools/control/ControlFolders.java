package io.mtproxy.tools.control;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where proxies have their control sockets, each under its process id.
 *
 * @param paths looked at in this order
 */
public record ControlFolders(List<Path> paths) {

    /** Environment variable, of the daemon and of this tool: the folder. */
    public static final String VARIABLE = "MTPROXY_CONTROL_DIR";

    private static final String SUFFIX = ".sock";

    /** Copies the list; a folder that is there twice is looked at once. */
    public ControlFolders {
        paths = paths.stream().distinct().toList();
    }

    /**
     * All that a daemon chooses from: it takes the first that it can use, and in its environment that may have been another
     * one than in ours. Who names a folder means that one.
     */
    public static ControlFolders of(Map<String, String> environment) throws IOException {
        String named = environment.getOrDefault(VARIABLE, "");
        if (!named.isEmpty()) {
            return new ControlFolders(List.of(Path.of(named)));
        }
        List<Path> paths = new ArrayList<>();
        String systemd = environment.getOrDefault("RUNTIME_DIRECTORY", "");
        if (!systemd.isEmpty()) {
            paths.add(Path.of(systemd.split(":", 2)[0]));
        }
        String xdg = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!xdg.isEmpty()) {
            paths.add(Path.of(xdg, "mtproxy"));
        }
        paths.add(Path.of("/run/mtproxy"));
        paths.add(Path.of("/tmp/mtproxy-" + Ownership.ours()));
        return new ControlFolders(paths);
    }

    /**
     * The only one of a living process.
     *
     * @throws IOException when there is none, or more than one
     */
    public ControlSocket only() throws IOException {
        SortedMap<Long, ControlSocket> living = living();
        if (living.isEmpty()) {
            throw new IOException("no running proxy has a control socket in " + this);
        }
        if (living.size() > 1) {
            throw new IOException("several proxies run: " + living.keySet().stream().map(String::valueOf)
                    .collect(Collectors.joining(", ")) + " (expected: --pid with one of them)");
        }
        return living.values().iterator().next();
    }

    /**
     * That of this process.
     *
     * @throws IOException when there is none
     */
    public ControlSocket of(long pid) throws IOException {
        ControlSocket socket = living().get(pid);
        if (socket == null) {
            throw new IOException("process " + pid + " is no proxy that runs and has a control socket in " + this);
        }
        return socket;
    }

    /** Process ids of all that live and have one. */
    public Set<Long> pids() throws IOException {
        return living().keySet();
    }

    /** What a daemon that was killed has left behind is passed over. */
    private SortedMap<Long, ControlSocket> living() throws IOException {
        SortedMap<Long, ControlSocket> living = new TreeMap<>();
        for (Path folder : paths) {
            for (ControlSocket socket : in(folder)) {
                if (ProcessHandle.of(socket.pid()).isPresent()) {
                    living.putIfAbsent(socket.pid(), socket);
                }
            }
        }
        return living;
    }

    private static List<ControlSocket> in(Path folder) throws IOException {
        List<ControlSocket> sockets = new ArrayList<>();
        if (Files.isDirectory(folder) && Files.isReadable(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path entry : entries) {
                    String name = entry.getFileName().toString();
                    String pid = name.substring(0, name.length() - SUFFIX.length());
                    if (pid.matches("[1-9]\\d{0,9}")) {
                        sockets.add(new ControlSocket(entry, Long.parseLong(pid)));
                    }
                }
            }
        }
        return sockets;
    }

    /** For people: each folder, and why nothing can be seen there. */
    @Override
    public String toString() {
        return paths.stream().map(ControlFolders::described).collect(Collectors.joining(", "));
    }

    private static String described(Path folder) {
        if (!Files.isDirectory(folder)) {
            return folder + " (no such folder)";
        }
        return Files.isReadable(folder) ? folder.toString() : folder + " (permission denied)";
    }
}
