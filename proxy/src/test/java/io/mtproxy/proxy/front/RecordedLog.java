package io.mtproxy.proxy.front;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lines in the order in which they came; those of a level begin with it and a colon. */
final class RecordedLog implements FrontLog {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void line(String text) {
        lines.add(text);
    }

    @Override
    public void line(int level, String text) {
        lines.add(level + ":" + text);
    }
}
