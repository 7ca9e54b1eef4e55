package io.mtproxy.tools.load;

import org.jspecify.annotations.Nullable;

/** What a load message asks or tells, and the number that says so on the wire. */
public enum LoadKind {
    /** Client: send {@code data} back in an {@link #ECHO_ANSWER} of the same sequence. */
    ECHO(1),
    /** Telegram: the data of an {@link #ECHO}. */
    ECHO_ANSWER(2),
    /** Client: stream {@code total} bytes of {@link StreamContent} of {@code seed}, {@code chunk} bytes per message. */
    DOWN(3),
    /** Telegram: the next bytes of a stream; {@code sequence} counts from 0. */
    DOWN_DATA(4),
    /** Telegram: the stream is over; {@code total} bytes were sent, data is their SHA-256. */
    DOWN_END(5),
    /** Client: the next bytes of its stream; {@code sequence} counts from 0. */
    UP_DATA(6),
    /** Client: its stream is over after {@code total} bytes. The next {@link #UP_DATA} starts a new one. */
    UP_END(7),
    /** Telegram: how the stream arrived: {@code total} bytes, data is their SHA-256. */
    UP_DIGEST(8),
    /** Client: {@code total} bytes of the stream have come; sent often enough for the window that {@link #DOWN} asks for. */
    DOWN_SEEN(9),
    /** Telegram: {@code total} bytes of the stream have come; sent often enough for the window of {@link #UP_DATA}. */
    UP_SEEN(10);

    private final int code;

    LoadKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static @Nullable LoadKind of(int code) {
        for (LoadKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        return null;
    }
}
