package io.mtproxy.proxy.app;

import io.mtproxy.proxy.config.Refusal;
import io.mtproxy.proxy.config.Refusal.Line;
import io.mtproxy.proxy.config.Settings;
import io.mtproxy.proxy.config.SystemResolver;
import io.mtproxy.proxy.front.FrontLog;
import io.mtproxy.proxy.front.FrontSettings;
import io.mtproxy.proxy.front.OwnSockets;
import io.mtproxy.proxy.front.SiteProfiles;
import io.mtproxy.proxy.front.SiteRounds;
import io.mtproxy.proxy.log.Log;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code -D} at start: the sites are asked before the client ports open. */
final class Fronting {
    /** The port of the sites, for tests. */
    private static final String PORT_PROPERTY = "mtproxy.site.port";

    private Fronting() {}

    /**
     * Asks the sites, then checks what goes with {@code -D}, in C's order.
     *
     * @param user whom the process is going to run as
     * @return null without {@code -D}
     */
    static @Nullable SiteProfiles ask(Settings settings, List<byte[]> secrets, String user, Log log) throws Refusal {
        if (settings.access().domains().isEmpty()) {
            return null;
        }
        SiteProfiles sites = SiteProfiles.ask(settings(settings, secrets, user, log), Fronting::resolve, own(settings),
                new Lines(log));
        if (settings.host().workers() > 0) {
            log.line("It is recommended to not use workers with TLS-transport");
            log.line("(advice for the C program: here all workers share one replay cache, which makes it safe)");
        }
        if (secrets.isEmpty()) {
            throw Refusal.exit(2,
                    Line.log("You must specify at least one mtproto-secret to use when using TLS-transport"));
        }
        return sites;
    }

    /** Asks them again and again from now on, until that is closed. */
    static @Nullable SiteRounds keepAsking(@Nullable SiteProfiles sites, Log log) {
        return sites == null ? null : sites.keepAsking(new Lines(log));
    }

    private static FrontSettings settings(Settings settings, List<byte[]> secrets, String user, Log log) {
        return FrontSettings.of(settings.access().domains(), Integer.getInteger(PORT_PROPERTY, FrontSettings.PORT),
                StateDirectory.choose(System::getenv, user, log), secrets.isEmpty() ? new byte[16] : secrets.getFirst());
    }

    /** The hosts file is read each time: it may change while we run. */
    private static @Nullable InetAddress resolve(String domain) {
        return new SystemResolver().resolve(domain);
    }

    private static OwnSockets own(Settings settings) {
        Settings.Listening listening = settings.listening();
        return new OwnSockets(new HashSet<>(listening.ports()), listening.ipv6() ? null : listening.address(),
                settings.telegram().natRules().stream().<InetAddress> map(Settings.NatRule::global).toList());
    }

    private record Lines(Log log) implements FrontLog {
        @Override
        public void line(String text) {
            log.line(text);
        }

        @Override
        public void line(int level, String text) {
            log.line(level, text);
        }
    }
}
