package io.mtproxy.tools.cli;

import io.mtproxy.tools.link.ProxyLink;
import io.mtproxy.tools.link.ProxySecret;
import io.mtproxy.tools.link.QrCode;
import java.io.PrintWriter;
import java.util.List;

/**
 * What users open to set up a proxy.
 *
 * @param host name or address under which clients reach it
 * @param port where it listens
 * @param secrets those that it takes
 * @param sites as which clients hide; with them, clients that do not hide are not served
 */
record Links(String host, int port, List<ProxySecret> secrets, List<String> sites) {

    /** Black on white, whatever the terminal's own colours are: white modules are drawn. */
    private static final String COLOURS = "\033[97;40m";
    private static final String OWN_COLOURS = "\033[0m";

    private List<ProxyLink> all() {
        return secrets.stream()
                .flatMap(secret -> sites.isEmpty()
                        ? List.of(secret).stream()
                        : sites.stream().distinct().map(secret::hidden))
                .map(secret -> new ProxyLink(host, port, secret.forClients())).toList();
    }

    void print(PrintWriter out) {
        for (ProxyLink link : all()) {
            out.println(link.tg());
            out.println(link.https());
        }
        out.flush();
    }

    /** The first link for a telephone's camera. */
    void printQr(PrintWriter out, boolean coloured) {
        if (!System.out.charset().newEncoder().canEncode(QrCode.BLOCK)) {
            out.println("Note: no QR code, as this locale has no characters for it (LC_ALL=C.UTF-8 has)");
            return;
        }
        for (String line : QrCode.lines(all().getFirst().https())) {
            out.println(coloured ? COLOURS + line + OWN_COLOURS : line);
        }
        out.flush();
    }
}
