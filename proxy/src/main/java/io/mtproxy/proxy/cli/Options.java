package io.mtproxy.proxy.cli;

import static io.mtproxy.proxy.cli.Option.Argument.NONE;
import static io.mtproxy.proxy.cli.Option.Argument.OPTIONAL;
import static io.mtproxy.proxy.cli.Option.Argument.REQUIRED;

import java.util.List;

/**
 * The option table, in C's order: options with a letter by the byte value of the letter, then the others; ours last. The
 * order shows in the usage text and in the lists of candidates for an ambiguous abbreviation.
 */
final class Options {
    static final Option IPV6 = Option.of("ipv6", '6', NONE, "enables ipv6 TCP/UDP support");
    static final Option SPECIAL = Option.of("max-special-connections", 'C', REQUIRED,
            "sets maximal number of accepted client connections per worker");
    static final Option DOMAIN = Option.of("domain", 'D', REQUIRED,
            "adds allowed domain for TLS-transport mode, disables other transports; can be specified more than once");
    static final Option HTTP_PORTS = Option.of("http-ports", 'H', REQUIRED,
            "comma-separated list of client (HTTP) ports to listen");
    static final Option SLAVES = Option.of("slaves", 'M', REQUIRED,
            "spawn several slave workers; not recommended for TLS-transport mode for better replay protection");
    static final Option PROXY_TAG = Option.of("proxy-tag", 'P', REQUIRED,
            "16-byte proxy tag in hex mode to be passed along with all forwarded queries");
    static final Option SECRET = Option.of("mtproto-secret", 'S', REQUIRED, "16-byte secret in hex mode");
    static final Option PING_INTERVAL = Option.of("ping-interval", 'T', REQUIRED,
            "sets ping interval in second for local TCP connections (default 5.000)");
    static final Option WINDOW_CLAMP = Option.of("window-clamp", 'W', REQUIRED,
            "sets window clamp for client TCP connections");
    static final Option BACKLOG = Option.of("backlog", 'b', REQUIRED, "sets backlog size");
    static final Option CONNECTIONS = Option.of("connections", 'c', REQUIRED, "sets maximal connections number");
    static final Option DAEMONIZE = Option.of("daemonize", 'd', OPTIONAL,
            "changes between daemonize/not daemonize mode");
    static final Option HELP = Option.of("help", 'h', NONE, "prints help and exits");
    static final Option LOG = Option.of("log", 'l', REQUIRED, "sets log file name");
    static final Option PORT = Option.of("port", 'p', REQUIRED,
            "<port> or <sport>:<eport> sets listening port number or port range");
    static final Option USER = Option.of("user", 'u', REQUIRED, "sets user name to make setuid");
    static final Option VERBOSITY = Option.of("verbosity", 'v', OPTIONAL, "sets or increases verbosity level");
    static final Option AES_PWD = Option.of("aes-pwd", REQUIRED, "sets custom secret.conf file");
    static final Option NICE = Option.of("nice", REQUIRED, "sets niceness");
    static final Option BUFFERS = Option.of("msg-buffers-size", REQUIRED,
            "sets maximal buffers size (default 268435456)");
    static final Option DISABLE_TCP = Option.of("disable-tcp", NONE, "do not open listening tcp socket");
    static final Option CRC32C = Option.of("crc32c", NONE, "Try to use crc32c instead of crc32 in tcp rpc");
    static final Option CPU_THREADS = Option.of("cpu-threads", REQUIRED, "Number of CPU threads (1-64, default 8)");
    static final Option IO_THREADS = Option.of("io-threads", REQUIRED, "Number of I/O threads (1-64, default 16)");
    static final Option SKIP_DH = Option.of("allow-skip-dh", NONE, "Allow skipping DH during RPC handshake");
    static final Option FORCE_DH = Option.of("force-dh", NONE, "Force using DH for all outbound RPC connections");
    static final Option ACCEPT_RATE = Option.of("max-accept-rate", REQUIRED,
            "max number of connections per second that is allowed to accept");
    static final Option DH_ACCEPT_RATE = Option.of("max-dh-accept-rate", REQUIRED,
            "max number of DH connections per second that is allowed to accept");
    static final Option MULTITHREAD = Option.of("multithread", OPTIONAL, "run in multithread mode");
    static final Option TCP_CPU_THREADS = Option.of("tcp-cpu-threads", REQUIRED, "number of tcp-cpu threads");
    static final Option TCP_IO_THREADS = Option.of("tcp-iothreads", REQUIRED, "number of tcp-io threads");
    static final Option NAT_INFO = Option.of("nat-info", REQUIRED,
            "<local-addr>:<global-addr>\tsets network address translation for RPC protocol handshake");
    static final Option ADDRESS = Option.of("address", REQUIRED, "tries to bind socket only to specified address");
    static final Option HTTP_STATS = Option.of("http-stats", NONE, "allow http server to answer on stats queries");
    static final Option SECRET_FILE = Option.of("mtproto-secret-file", REQUIRED,
            "path to file with mtproto secrets (comma or whitespace-separated)");
    static final Option PADDED_ONLY = new Option("random-padding-only", 'R', NONE, true,
            "allow only clients with random padding option enabled");
    static final Option DIRECT = new Option("direct", (char) 0, NONE, true,
            "connects each client to its data centre directly; needs no <config-file>");
    static final Option AUTO = new Option("auto", (char) 0, NONE, true,
            "connects directly while no middle proxy serves a data centre, and without <config-file>");
    static final Option DC_OVERRIDE = new Option("dc-override", (char) 0, REQUIRED, true,
            "<dc>:<address>:<port> replaces the addresses of a data centre for direct connections; may be repeated");
    static final Option VIA = Option.own("via", REQUIRED,
            "connects to Telegram through socks5://[user[:password]@]host:port[?weight=N] or http://..., can be repeated");
    static final Option PROXY_PROTOCOL = Option.own("proxy-protocol", REQUIRED,
            "<net>[,<net>] connections from these networks begin with a PROXY header that names the client");
    static final Option SITE_PROXY_PROTOCOL = Option.own("site-proxy-protocol", REQUIRED,
            "<1|2> connections that are passed on to the site begin with a PROXY header of that version");

    static final Option REFRESH = new Option("refresh", (char) 0, REQUIRED, true,
            "fetches config and secret.conf every so many seconds (60-604800, advised 3600); needs no <config-file>");
    static final Option CONFIG_URL = new Option("config-url", (char) 0, REQUIRED, true,
            "where to fetch the config (default " + RefreshOptions.CONFIG + ")");
    static final Option CONFIG_V6_URL = new Option("config-v6-url", (char) 0, REQUIRED, true,
            "where to fetch a second config, whose proxy_for lines are added (default none)");
    static final Option SECRET_URL = new Option("secret-url", (char) 0, REQUIRED, true,
            "where to fetch secret.conf, without --aes-pwd (default " + RefreshOptions.SECRET + ")");
    static final Option REFRESH_CA = new Option("refresh-ca", (char) 0, REQUIRED, true,
            "PEM file with certificates to believe besides the system's when fetching");
    static final Option REFRESH_PROXY = new Option("refresh-proxy", (char) 0, REQUIRED, true,
            "http://<host>:<port> of an HTTP proxy to fetch through");

    static final List<Option> TABLE = List.of(IPV6, SPECIAL, DOMAIN, HTTP_PORTS, SLAVES, PROXY_TAG, SECRET,
            PING_INTERVAL, WINDOW_CLAMP, BACKLOG, CONNECTIONS, DAEMONIZE, HELP, LOG, PORT, USER, VERBOSITY, AES_PWD,
            NICE, BUFFERS, DISABLE_TCP, CRC32C, CPU_THREADS, IO_THREADS, SKIP_DH, FORCE_DH, ACCEPT_RATE, DH_ACCEPT_RATE,
            MULTITHREAD, TCP_CPU_THREADS, TCP_IO_THREADS, NAT_INFO, ADDRESS, HTTP_STATS, SECRET_FILE, PADDED_ONLY,
            DIRECT, AUTO, DC_OVERRIDE, VIA, PROXY_PROTOCOL, SITE_PROXY_PROTOCOL, REFRESH, CONFIG_URL, CONFIG_V6_URL,
            SECRET_URL, REFRESH_CA, REFRESH_PROXY);

    private Options() {}
}
