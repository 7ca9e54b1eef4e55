package io.mtproxy.proxy.front;

/** Where lines go. Any thread. */
public interface FrontLog {
    /** A line that is always printed. */
    void line(String text);

    /** A line that is printed at that verbosity or above. */
    void line(int level, String text);
}
