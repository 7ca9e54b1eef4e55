package io.mtproxy.tools.stability;

import io.mtproxy.tools.load.LoadReport;
import io.mtproxy.tools.load.LoadWork;
import io.mtproxy.wire.obfuscated.PacketHeader;
import io.mtproxy.wire.obfuscated.Transport;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Connections end with a reset at every point: behind the header, in a packet, behind a request. */
final class ResetTrial implements Trial {
    private static final int PACKET = 64;
    private static final byte NOT_A_KEY_EXCHANGE = 1;

    @Override
    public String name() {
        return "reset storm";
    }

    @Override
    public List<Guard> run(Stage stage) throws IOException, InterruptedException {
        long accepted = stage.stats().number("ingress_accepted_connections");
        int resets = stage.plan().resets();
        for (int i = 0; i < resets; i++) {
            KnownClient client = new KnownClient(stage.proxy().address(), Transport.INTERMEDIATE, stage.secret());
            client.send(request(i % 3));
            client.reset();
        }
        stage.await("all are accepted",
                () -> stage.stats().number("ingress_accepted_connections") - accepted >= resets);
        stage.awaitNoClients();
        LoadReport report = stage.load(LoadWork.echo(10, 64, 1024), 10);
        stage.awaitNoClients();
        stage.await("Telegram knows of no client", () -> stage.telegram().statistics().sessionsNow() == 0);
        return List.of(Guard.exactly("real clients that failed behind it", report.failed(), 0),
                Guard.exactly("sessions that Telegram still knows", stage.telegram().statistics().sessionsNow(), 0));
    }

    private static byte[] request(int part) {
        byte[] b = new byte[PacketHeader.MAX_PREFIX + PACKET];
        PacketHeader.encode(Transport.INTERMEDIATE, PACKET, false, b, PacketHeader.MAX_PREFIX);
        b[PacketHeader.MAX_PREFIX] = NOT_A_KEY_EXCHANGE;
        return Arrays.copyOf(b, switch (part) {
            case 0 -> 0;
            case 1 -> b.length / 2;
            default -> b.length;
        });
    }
}
