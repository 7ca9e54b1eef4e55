package io.mtproxy.proxy.refresh;

/** Where lines go. Any thread. */
public interface RefreshLog {
    /** A line that is always printed. */
    void line(String text);

    /** A line that is printed at that verbosity or above. */
    void line(int level, String text);
}
