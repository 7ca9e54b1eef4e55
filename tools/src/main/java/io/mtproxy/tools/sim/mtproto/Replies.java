package io.mtproxy.tools.sim.mtproto;

import java.time.InstantSource;
import java.util.Arrays;

/** The bodies of the server's answers. */
final class Replies {
    private static final int HOUR = 3600;
    private static final int THIS_DC = 2;
    private static final int DC_COUNT = 5;
    private static final int TCP_ONLY_STATIC = 0x10; // dcOption flag 4: static

    private final InstantSource clock;

    Replies(InstantSource clock) {
        this.clock = clock;
    }

    static byte[] result(long request, byte[] body) {
        return new TlWriter().int32(Tl.RPC_RESULT).int64(request).raw(body).toBytes();
    }

    static byte[] error(int code, String text) {
        return new TlWriter().int32(Tl.RPC_ERROR).int32(code).string(text).toBytes();
    }

    static byte[] pong(long request, long ping) {
        return new TlWriter().int32(Tl.PONG).int64(request).int64(ping).toBytes();
    }

    static byte[] newSession(long firstMessage, long unique, long salt) {
        return new TlWriter().int32(Tl.NEW_SESSION_CREATED).int64(firstMessage).int64(unique).int64(salt).toBytes();
    }

    /** All messages that the client asks about were received. */
    static byte[] states(long request, int count) {
        byte[] received = new byte[count];
        Arrays.fill(received, (byte) 4);
        return new TlWriter().int32(Tl.MSGS_STATE_INFO).int64(request).bytes(received).toBytes();
    }

    static byte[] truth() {
        return new TlWriter().int32(Tl.BOOL_TRUE).toBytes();
    }

    static byte[] constructor(int constructor) {
        return new TlWriter().int32(constructor).toBytes();
    }

    static byte[] nearestDc() {
        return new TlWriter().int32(Tl.NEAREST_DC).string("NL").int32(THIS_DC).int32(THIS_DC).toBytes();
    }

    /** One salt, good for a day: every salt is accepted anyway. */
    byte[] futureSalts(long request, long salt) {
        int now = now();
        return new TlWriter().int32(Tl.FUTURE_SALTS).int64(request).int32(now).int32(1).int32(now - HOUR)
                .int32(now + 24 * HOUR).int64(salt).toBytes();
    }

    /** A config of layer 158 and later; all data centres stand at the loopback address, so that nobody strays. */
    byte[] config() {
        int now = now();
        TlWriter out = new TlWriter().int32(Tl.CONFIG).int32(0) // flags: none of the optional fields
                .int32(now).int32(now + HOUR).int32(Tl.BOOL_FALSE).int32(THIS_DC); // date expires test_mode this_dc
        out.int32(Tl.VECTOR).int32(DC_COUNT);
        for (int dc = 1; dc <= DC_COUNT; dc++) {
            out.int32(Tl.DC_OPTION).int32(TCP_ONLY_STATIC).int32(dc).string("127.0.0.1").int32(443);
        }
        out.string("localhost"); // dc_txt_domain_name
        out.int32(200).int32(200_000).int32(100); // chat_size_max megagroup_size_max forwarded_count_max
        out.int32(210_000).int32(5_000).int32(30_000).int32(300_000); // online update, offline blur, offline idle, online cloud
        out.int32(30_000).int32(1_500).int32(60_000).int32(2); // notify cloud, notify default, push_chat_period_ms, push_chat_limit
        out.int32(172_800).int32(0x7fffffff).int32(0x7fffffff); // edit_time_limit revoke_time_limit revoke_pm_time_limit
        out.int32(2_419_200).int32(200).int32(604_800); // rating_e_decay stickers_recent_limit channels_read_media_period
        out.int32(20_000).int32(90_000).int32(30_000).int32(10_000); // call receive, ring, connect, packet timeout
        out.string("https://t.me/"); // me_url_prefix
        return out.int32(1024).int32(4096).int32(THIS_DC).toBytes(); // caption_length_max message_length_max webfile_dc_id
    }

    private int now() {
        return (int) clock.instant().getEpochSecond();
    }
}
